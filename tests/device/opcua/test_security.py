"""Who may do what with equipment over OPC UA, and what is refused to all others."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from asyncua.ua.uaerrors import (
    BadArgumentsMissing,
    BadCertificateRevoked,
    BadCertificateTimeInvalid,
    BadCertificateUntrusted,
    BadIdentityTokenRejected,
    BadInvalidArgument,
    BadServiceUnsupported,
    BadSessionIdInvalid,
    BadSubscriptionIdInvalid,
    BadTooManyArguments,
    BadTypeMismatch,
    BadUserAccessDenied,
)
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from axenic.control.packml import UnitState
from axenic.device.driver.driver import LinkError
from axenic.device.opcua import names
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials
from axenic.live.clock import now_ms
from tests.device.opcua.conftest import foreign

V = ua.VariantType
POLICIES = (SecurityPolicyBasic256Sha256, SecurityPolicyAes128Sha256RsaOaep, SecurityPolicyAes256Sha256RsaPss)
CALLS = {
    names.EXECUTE: [ua.Variant("{}", V.String)],
    names.STOP: [ua.Variant("{}", V.String)],
    names.CONTROL: [ua.Variant("incubator-1", V.String), ua.Variant(1, V.Int32)],
    names.RECORD: [ua.Variant(uuid4(), V.Guid)],
    names.IDENTITY: [],
    names.INJECT: [ua.Variant('{"wrong": "lag", "size": 0, "times": 0}', V.String)],
}
MAY = {
    Duty.VIEWER: set(),
    Duty.ENGINE: {names.EXECUTE, names.STOP, names.CONTROL, names.RECORD, names.IDENTITY},
    Duty.MAINTENANCE: {names.RECORD, names.IDENTITY, names.INJECT},
}


def credentials_of(folder, authority, now=None, days=365):
    """The credentials of somebody whom an authority gave a certificate."""
    authority.issue(folder, Peer.ENGINE, "stranger", now_ms() if now is None else now, days)
    made = Credentials(folder)
    made.keep_login("engine", "a password of the bench")
    return made


@pytest.mark.requirement("A11-12")
def test_only_signed_and_encrypted_endpoints_with_named_accounts_are_offered(bench):
    async def work():
        found = await Client(bench.address).connect_and_get_server_endpoints()
        assert {e.SecurityPolicyUri for e in found} == {policy.URI for policy in POLICIES}
        assert {e.SecurityMode for e in found} == {ua.MessageSecurityMode.SignAndEncrypt}
        assert {t.TokenType for e in found for t in e.UserIdentityTokens} == {ua.UserTokenType.UserName}

    asyncio.run(work())


@pytest.mark.parametrize("policy", POLICIES)
def test_each_of_the_three_policies_carries_a_call(bench, policy):
    async def work():
        async with foreign(bench, policy=policy) as client:
            assert json.loads(await client.call(names.IDENTITY))["equipment"] == "station"

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
@pytest.mark.parametrize("duty", list(Duty))
def test_every_duty_may_call_its_own_methods_and_no_other(bench, duty):
    async def work():
        async with foreign(bench, duty) as client:
            for method, given in CALLS.items():
                try:
                    await client.call(method, *given)
                except BadUserAccessDenied:
                    assert method not in MAY[duty], method
                except BadInvalidArgument:
                    assert method in (names.EXECUTE, names.STOP), method
                    assert method in MAY[duty], method
                else:
                    assert method in MAY[duty], method

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
@pytest.mark.parametrize("duty", list(Duty))
def test_nobody_can_write_a_node_or_add_one_and_everybody_reads(bench, duty):
    async def work():
        async with foreign(bench, duty) as client:
            state = client.node("incubator-1", names.STATE)
            for node in (
                state,
                client.node("BootId"),
                client.client.get_node(ua.NodeId(ua.ObjectIds.Server_ServerStatus)),
            ):
                with pytest.raises(BadUserAccessDenied):
                    await node.write_value(await node.read_value())
            with pytest.raises(BadUserAccessDenied):
                await client.client.nodes.objects.add_object(2, "mine")
            with pytest.raises(BadUserAccessDenied):
                await client.client.delete_nodes([state])
            assert await state.read_value() == UnitState.IDLE

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
def test_nobody_logs_in_without_an_account_or_with_a_wrong_password(bench):
    async def work():
        for login, refusal in (
            ({"user": "", "password": ""}, (BadIdentityTokenRejected, ua.UaError)),
            ({"user": "engine", "password": "guessed"}, BadUserAccessDenied),
            ({"user": "nobody", "password": bench.password}, BadUserAccessDenied),
        ):
            with pytest.raises(refusal):
                async with foreign(bench, **login):
                    pass

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
def test_a_client_with_an_unknown_an_expired_or_a_revoked_certificate_is_refused(bench, tmp_path):
    other = Authority.create(tmp_path / "other", "elsewhere", now_ms())
    old = now_ms() - 20 * 86_400_000
    taken = credentials_of(tmp_path / "taken", bench.authority)
    bench.authority.revoke(bench.credentials.folder, (taken.certificate().serial_number,), now_ms())

    async def work():
        for credentials, refusal in (
            (credentials_of(tmp_path / "unknown", other), BadCertificateUntrusted),
            (credentials_of(tmp_path / "expired", bench.authority, old, 10), BadCertificateTimeInvalid),
            (taken, BadCertificateRevoked),
        ):
            with pytest.raises(refusal):
                async with foreign(bench, credentials=credentials):
                    pass
        async with foreign(bench) as client:
            await client.call(names.IDENTITY)

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
def test_a_client_that_names_another_certificate_than_that_of_its_channel_is_refused(bench, tmp_path):
    """asyncua 2.1.0 asks its validator for the certificate that is named, and for none if none is named."""
    other = Authority.create(tmp_path / "other", "elsewhere", now_ms())
    credentials = credentials_of(tmp_path / "stranger", other)
    known = Credentials(bench.folder / "engine").certificate()

    async def enter(named):
        client = Client(bench.address, timeout=30)
        client.set_user("engine")
        client.set_password(bench.password)
        client.application_uri = "urn:axenic:engine:engine"
        files = credentials.file, credentials.key
        await client.set_security(SecurityPolicyBasic256Sha256, *files)
        asked = client.uaclient.create_session

        async def create_session(params):
            params.ClientCertificate = named
            return await asked(params)

        client.uaclient.create_session = create_session
        async with client:
            pass

    for named in (None, known.public_bytes(Encoding.DER)):
        with pytest.raises(BadUserAccessDenied):
            asyncio.run(enter(named))


@pytest.mark.requirement("A11-12")
def test_a_session_is_not_taken_over_from_a_channel_without_encryption(bench):
    """asyncua 2.1.0 binds a session to the channel of whoever guesses its small number, before it looks at who asks."""

    async def work():
        async with foreign(bench) as victim:
            token = victim.client.uaclient.session.authentication_token
            thief = Client(bench.address, timeout=30)
            await thief.connect_sessionless()
            try:
                thief.uaclient.session.restore_authentication_token(token)
                with pytest.raises(BadSessionIdInvalid):
                    await thief.uaclient.activate_session(ua.ActivateSessionParameters())
                node = thief.get_node(victim.node().nodeid)
                with pytest.raises((BadUserAccessDenied, BadSessionIdInvalid)):
                    await node.call_method(ua.NodeId("station/Identity", victim.node().nodeid.NamespaceIndex))
            finally:
                thief.disconnect_socket()
            assert await victim.call(names.IDENTITY)

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
def test_a_viewer_cannot_make_the_engine_deaf(bench):
    async def work():
        async with foreign(bench) as engine, foreign(bench, Duty.VIEWER) as viewer:
            heard = asyncio.Queue()

            class Hears:
                def datachange_notification(self, node, value, data):
                    heard.put_nowait(value)

            subscription = await engine.client.create_subscription(10, Hears())
            await subscription.subscribe_data_change(engine.node("incubator-1", names.STATE))
            await asyncio.wait_for(heard.get(), 20)
            number, session = subscription.subscription_id, viewer.client.uaclient.session
            codes = await session.delete_subscriptions([number])
            assert [code.value for code in codes] == [ua.StatusCodes.BadSubscriptionIdInvalid]
            mode = ua.SetPublishingModeParameters(False, [number])
            with pytest.raises(BadSubscriptionIdInvalid):
                await session.set_publishing_mode(mode)
            with pytest.raises((BadUserAccessDenied, BadServiceUnsupported)):
                await session.transfer_subscriptions(ua.TransferSubscriptionsParameters([number], True))
            await engine.call(names.CONTROL, ua.Variant("incubator-1", V.String), ua.Variant(8, V.Int32))
            seen = [await asyncio.wait_for(heard.get(), 20) for _ in range(2)]
            assert seen == [UnitState.ABORTING, UnitState.ABORTED]
            for command in (9, 1):
                await engine.call(names.CONTROL, ua.Variant("incubator-1", V.String), ua.Variant(command, V.Int32))

    asyncio.run(work())


def test_wrong_arguments_are_said_by_their_status_code(bench):
    text, number = ua.Variant("x", V.String), ua.Variant(7, V.Int32)
    cases = (
        (names.EXECUTE, [], BadArgumentsMissing),
        (names.EXECUTE, [text, text], BadTooManyArguments),
        (names.EXECUTE, [number], BadTypeMismatch),
        (names.EXECUTE, [ua.Variant(["x"], V.String, is_array=True)], BadTypeMismatch),
        (names.EXECUTE, [ua.Variant(None, V.String)], BadTypeMismatch),
        (names.EXECUTE, [text], BadInvalidArgument),
        (names.EXECUTE, [ua.Variant('{"id": 1}', V.String)], BadInvalidArgument),
        (names.CONTROL, [text], BadArgumentsMissing),
        (names.CONTROL, [number, text], BadTypeMismatch),
        (names.CONTROL, [text, ua.Variant(99, V.Int32)], BadInvalidArgument),
        (names.RECORD, [text], BadTypeMismatch),
        (names.IDENTITY, [text], BadTooManyArguments),
    )

    async def work():
        async with foreign(bench) as client:
            for method, given, refusal in cases:
                with pytest.raises(refusal):
                    await client.call(method, *given)

    asyncio.run(work())


@pytest.mark.requirement("A11-12")
def test_the_engine_does_not_log_in_at_equipment_that_is_not_trusted(bench, tmp_path):
    other = Authority.create(tmp_path / "other", "elsewhere", now_ms())
    theirs = credentials_of(tmp_path / "engine", other)

    async def work():
        driver = bench.driver()
        driver._credentials = theirs
        with pytest.raises(LinkError, match="BadCertificateUntrusted"):
            await driver.identity()
        named = bench.driver()
        named._uri = "urn:axenic:equipment:reactor"
        with pytest.raises(LinkError, match="BadCertificateUriInvalid"):
            await named.identity()

    asyncio.run(work())


def test_passwords_are_kept_private_and_hashed_and_short_ones_are_refused(bench, tmp_path):
    credentials = Credentials(tmp_path)
    with pytest.raises(ValueError, match="12"):
        enrol(credentials, "engine", "short", Duty.ENGINE)
    enrol(credentials, "engine", bench.password, Duty.ENGINE)
    credentials.keep_login("engine", bench.password)
    assert bench.password not in credentials.users.read_text()
    for file in (credentials.users, tmp_path / "login.json", bench.credentials.key):
        assert file.stat().st_mode & 0o077 == 0


def test_an_authority_is_not_made_over_another_and_signs_again_after_it_was_opened(tmp_path):
    made = Authority.create(tmp_path / "authority", "site", now_ms())
    with pytest.raises(FileExistsError):
        Authority.create(tmp_path / "authority", "site", now_ms())
    opened = Authority.open(tmp_path / "authority")
    assert opened.certificate == made.certificate
    opened.issue(tmp_path / "reactor", Peer.EQUIPMENT, "reactor", now_ms(), hosts=("reactor.site", "10.0.0.7"))
    Credentials(tmp_path / "reactor").certificate().verify_directly_issued_by(made.certificate)


@pytest.mark.requirement("A11-12")
def test_a_certificate_names_the_key_of_its_authority_and_comes_with_a_list_of_revoked_ones(tmp_path):
    """Part 6, 6.2.2 and Part 4, 6.1.3; node-opcua 2.182 trusts no certificate without both."""
    made = Authority.create(tmp_path / "authority", "site", now_ms())
    made.issue(tmp_path / "reactor", Peer.EQUIPMENT, "reactor", now_ms())
    credentials = Credentials(tmp_path / "reactor")
    extensions = credentials.certificate().extensions
    signer = made.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == signer.digest
    (listed,) = credentials.revoked()
    assert (len(listed), listed.is_signature_valid(made.certificate.public_key())) == (0, True)


@pytest.mark.requirement("A11-12")
def test_whoever_was_revoked_stays_revoked_when_others_are_and_when_a_certificate_is_renewed(tmp_path):
    made = Authority.create(tmp_path / "authority", "site", now_ms())
    made.issue(tmp_path / "reactor", Peer.EQUIPMENT, "reactor", now_ms())
    made.revoke(tmp_path / "reactor", (7,), now_ms())
    made.revoke(tmp_path / "reactor", (7, 8), now_ms())
    made.issue(tmp_path / "reactor", Peer.EQUIPMENT, "reactor", now_ms())
    (listed,) = Credentials(tmp_path / "reactor").revoked()
    assert sorted(row.serial_number for row in listed) == [7, 8]
