// A client of another OPC UA stack (node-opcua). It knows equipment from what it finds by browsing, and by no other way.
import { readFileSync } from "node:fs";
import { obey, say } from "./lines.mjs";
import { cabinet } from "./pki.mjs";
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  constructEventFilter,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  UserTokenType,
} from "node-opcua";

const DI = "http://opcfoundation.org/UA/DI/";
const PACKML = "http://opcfoundation.org/UA/PackML/";
const OWN = "urn:axenic:equipment";
const KINDS = { text: DataType.String, guid: DataType.Guid, whole: DataType.Int32 };
const MONITOR = { samplingInterval: 0, queueSize: 1000, discardOldest: true };

const guests = new Map(); // by name: a client with its session, and where it found what

async function connect({ as, address, folder, pki, uri, policy, user, password, shown, retries = 0 }) {
  const encrypted = policy !== "None";
  const client = OPCUAClient.create({
    applicationName: as,
    applicationUri: uri,
    certificateFile: `${folder}/certificate.der`,
    privateKeyFile: `${folder}/key.pem`,
    clientCertificateManager: await cabinet(pki, `${folder}/trusted`),
    securityMode: encrypted ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    securityPolicy: SecurityPolicy[policy],
    endpointMustExist: false,
    serverCertificate: shown && readFileSync(shown), // then it does not ask first what is offered
    connectionStrategy: { maxRetry: retries, initialDelay: 100, maxDelay: 500 },
    requestedSessionTimeout: 60_000,
    keepSessionAlive: true,
  });
  try {
    await client.connect(address);
    const login = user ? { type: UserTokenType.UserName, userName: user, password } : { type: UserTokenType.Anonymous };
    const session = await client.createSession(login);
    client.on("connection_lost", () => say({ tells: "lost", as }));
    session.on("session_restored", () => say({ tells: "restored", as }));
    const names = (await session.read({ nodeId: "i=2255", attributeId: AttributeIds.Value })).value.value;
    guests.set(as, { client, session, names: Array.from(names) });
  } catch (error) {
    await client.disconnect();
    throw error;
  }
}

async function leave({ as }) {
  const { client, session } = guests.get(as);
  guests.delete(as);
  await session.close(true);
  await client.disconnect();
}

async function children(session, nodeId) {
  const wanted = { nodeId, referenceTypeId: "HierarchicalReferences", includeSubtypes: true, browseDirection: 0 };
  return (await session.browse({ ...wanted, nodeClassMask: 0, resultMask: 63 })).references;
}

// Everything below DeviceSet that is of PackML's type, with its status, the nameplate of its device and the methods there.
async function browse({ as }) {
  const { session, names } = guests.get(as);
  const [di, packml, own] = [DI, PACKML, OWN].map((uri) => names.indexOf(uri));
  const set = (await children(session, "ObjectsFolder")).find((r) => r.nodeId.toString() === `ns=${di};i=5001`);
  const found = { devices: [] };
  for (const device of await children(session, set.nodeId)) {
    const parts = await children(session, device.nodeId);
    const row = { name: device.browseName.name, node: device.nodeId.toString(), plate: {}, methods: {}, units: {} };
    for (const part of parts) {
      const { name, namespaceIndex } = part.browseName;
      if (part.nodeClass === 4) row.methods[name] = part.nodeId.toString();
      else if (part.nodeClass === 2 && namespaceIndex === di) row.plate[name] = await value(session, part.nodeId);
      else if (part.typeDefinition.toString() === `ns=${packml};i=6`) row.units[name] = await unit(session, part, packml);
    }
    found.devices.push(row);
  }
  return { ...found, own };
}

async function unit(session, part, packml) {
  const status = (await children(session, part.nodeId)).find((r) => r.browseName.toString() === `${packml}:Status`);
  const states = await children(session, status.nodeId);
  const current = states.find((r) => r.browseName.toString() === `${packml}:StateCurrent`);
  return { status: current.nodeId.toString(), state: await value(session, current.nodeId) };
}

async function value(session, nodeId) {
  const found = await session.read({ nodeId, attributeId: AttributeIds.Value });
  return found.statusCode.isGood() ? (found.value.value?.text ?? found.value.value) : found.statusCode.name;
}

async function subscribe({ as, device, status, own }) {
  const { session } = guests.get(as);
  const subscription = await ClientSubscription.create(session, {
    requestedPublishingInterval: 20,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 50,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  const filter = constructEventFilter([`${own}:Sequence`, `${own}:Text`]);
  const value = { nodeId: status, attributeId: AttributeIds.Value };
  const events = { nodeId: device, attributeId: AttributeIds.EventNotifier };
  await monitored(subscription, value, MONITOR, (found) => say({ tells: "state", as, state: found.value.value }));
  await monitored(subscription, events, { ...MONITOR, filter }, ([sequence, text]) =>
    say({ tells: "event", as, sequence: sequence.value[1], text: text.value }),
  );
}

// Resolves when the server has taken the item.
function monitored(subscription, item, parameters, hear) {
  const made = ClientMonitoredItem.create(subscription, item, parameters, TimestampsToReturn.Both);
  made.on("changed", hear);
  return new Promise((resolve, reject) => {
    made.on("initialized", resolve);
    made.on("err", (message) => reject(new Error(message)));
  });
}

async function call({ as, device, method, given = [] }) {
  const inputArguments = given.map(([kind, value]) => ({ dataType: KINDS[kind], value }));
  const done = await guests.get(as).session.call({ objectId: device, methodId: method, inputArguments });
  if (!done.statusCode.isGood()) throw new Error(done.statusCode.name);
  return done.outputArguments[0].value;
}

async function write({ as, node, value }) {
  const code = await guests.get(as).session.write({
    nodeId: node,
    attributeId: AttributeIds.Value,
    value: { value: { dataType: DataType.Int32, value } },
  });
  if (!code.isGood()) throw new Error(code.name);
}

async function read({ as, node }) {
  return value(guests.get(as).session, node);
}

await obey({ connect, leave, browse, subscribe, call, write, read });
