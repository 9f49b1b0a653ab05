// An incubator of another maker: node-opcua's server with the node sets of DI and PackML, and the methods of our contract.
// Its certificate is its own (self-signed). Its command journal and its acts lie in a folder; what ran when its power went is in doubt when it is back.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { obey } from "./lines.mjs";
import { cabinet } from "./pki.mjs";
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  UserTokenType,
  Variant,
  VariantArrayType,
} from "node-opcua";

const [port, folder, uri, equipment, unit, user, password] = process.argv.slice(2);
const IDLE = 4, EXECUTE = 6, COMPLETED = 17, STOPPED = 2, ABORTED = 9;
// by number: from which states, to which one
const COMMANDS = { 1: [[COMPLETED, STOPPED], IDLE], 3: [[IDLE, EXECUTE, COMPLETED], STOPPED], 9: [[ABORTED], STOPPED] };

// What it remembers ------------------------------------------------------------------------------------------------

const journal = `${folder}/journal`;
const records = new Map(); // by id
let since = Date.now();

if (existsSync(journal)) {
  const [first, ...rows] = readFileSync(journal, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  since = first.since;
  for (const record of rows) records.set(record.id, record);
} else write({ since });
for (const record of [...records.values()].filter((one) => ["accepted", "running"].includes(one.status))) {
  keep({ ...record, status: "indeterminate", reason: "its power went in the middle of it" });
}

function keep(record) {
  records.set(record.id, record);
  write(record);
}

function write(row) {
  appendFileSync(journal, JSON.stringify(row) + "\n", { flush: true });
}

// What it does -----------------------------------------------------------------------------------------------------

let dies = ""; // where its power goes: before the act, in it, or after it

function power(place) {
  if (dies === place) process.kill(process.pid, "SIGKILL");
}

function execute(text) {
  const intent = JSON.parse(text);
  const known = records.get(intent.id);
  if (known) return known;
  power("before");
  const record = { id: intent.id, unit, status: "accepted", at: Date.now(), due: 0, reason: "" };
  if (state !== IDLE) return { ...record, status: "rejected", reason: `${unit} is not idle` };
  keep(record);
  tell({ record });
  appendFileSync(`${folder}/acts`, `${intent.data.number}\n`, { flush: true });
  power("in");
  const running = { ...record, status: "running" };
  keep(running);
  move(EXECUTE);
  tell({ record: running });
  setTimeout(complete, intent.data.usual, intent);
  return running;
}

function complete(intent) {
  const at = Date.now();
  const data = { order: intent.data.number, results: { temperature: "37.0" } };
  const record = { ...records.get(intent.id), status: "completed", at, answer: { type: "PhaseCompleted", at, data } };
  keep(record);
  power("after");
  move(COMPLETED);
  tell({ record });
}

function control(named, command) {
  const [from, to] = COMMANDS[command] ?? [[], state];
  if (from.includes(state)) move(to);
  return state;
}

function identity() {
  const who = { equipment, units: [unit], maker: "Elsewhere", model: "Incubator 9", serial: "E-1", software: "9.9" };
  return { ...who, boot, remembers: since, simulated: false, contract: "queryable" };
}

// How it shows it --------------------------------------------------------------------------------------------------

const boot = randomUUID();
let state = IDLE, told = 0, current, device, happening;

const server = new OPCUAServer({
  port: Number(port),
  hostname: "127.0.0.1",
  nodeset_filename: [nodesets.standard, nodesets.di, nodesets.packML],
  serverInfo: { applicationUri: uri },
  serverCertificateManager: await cabinet(`${folder}/pki`, `${folder}/trusted`),
  securityModes: [MessageSecurityMode.SignAndEncrypt],
  securityPolicies: [SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss],
  allowAnonymous: false,
  userManager: { isValidUser: (name, secret) => name === user && secret === password },
});
await server.initialize();
furnish(server.engine.addressSpace);
await server.start();
await obey({
  dies: ({ at }) => void (dies = at),
});

function move(to) {
  state = to;
  current.setValueFromSource({ dataType: DataType.Int32, value: to });
  tell({ state: { unit, state: to, at: Date.now() } });
}

function tell(row) {
  told += 1;
  device.raiseEvent(happening, {
    sequence: { dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [0, told] },
    text: { dataType: DataType.String, value: JSON.stringify(row) },
  });
}

function furnish(space) {
  const [di, packml] = ["DI", "PackML"].map((name) => space.getNamespaceIndex(`http://opcfoundation.org/UA/${name}/`));
  const own = space.registerNamespace("urn:axenic:equipment");
  const id = (...path) => `s=${path.join("/")}`;
  device = own.addObject({
    browseName: equipment,
    nodeId: id(equipment),
    componentOf: space.findNode(`ns=${di};i=5001`),
    eventNotifier: 1,
  });
  const made = own.addObject({
    browseName: unit,
    nodeId: id(equipment, unit),
    componentOf: device,
    typeDefinition: space.findNode(`ns=${packml};i=6`),
  });
  const status = own.addObject({ browseName: { name: "Status", namespaceIndex: packml }, componentOf: made });
  current = own.addVariable({
    browseName: { name: "StateCurrent", namespaceIndex: packml },
    nodeId: id(equipment, unit, "StateCurrent"),
    componentOf: status,
    dataType: DataType.Int32,
    accessLevel: "CurrentRead",
  });
  current.setValueFromSource({ dataType: DataType.Int32, value: state });
  happening = own.addEventType({ browseName: "EquipmentEventType", nodeId: "s=EquipmentEventType" });
  for (const [browseName, dataType] of [["Sequence", "UInt64"], ["Text", "String"]]) {
    own.addVariable({ browseName, dataType, propertyOf: happening, modellingRule: "Mandatory" });
  }
  const text = (name) => ({ name, dataType: DataType.String });
  const methods = {
    Execute: [[text("Intent")], (given) => JSON.stringify(execute(given))],
    GetCommandRecord: [
      [{ name: "CommandId", dataType: DataType.Guid }],
      (given) => JSON.stringify(records.get(given.toLowerCase()) ?? null),
    ],
    Identity: [[], () => JSON.stringify(identity())],
    Control: [[text("Unit"), { name: "CntrlCmd", dataType: DataType.Int32 }], control],
  };
  for (const [browseName, [inputArguments, act]] of Object.entries(methods)) {
    const dataType = browseName === "Control" ? DataType.Int32 : DataType.String;
    const outputArguments = [{ name: "Result", dataType }];
    const method = own.addMethod(device, { browseName, nodeId: id(equipment, browseName), inputArguments, outputArguments });
    method.bindMethod((given, context, callback) => {
      const value = act(...given.map((one) => one.value));
      callback(null, { statusCode: StatusCodes.Good, outputArguments: [new Variant({ dataType, value })] });
    });
  }
}
