// The certificate store of node-opcua, filled with whom a folder of Axenic's credentials trusts; it accepts nobody else.
import { readdirSync, readFileSync } from "node:fs";
import { OPCUACertificateManager } from "node-opcua";

export async function cabinet(rootFolder, trusted) {
  const made = new OPCUACertificateManager({
    rootFolder,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await made.initialize();
  for (const file of readdirSync(trusted)) {
    const bytes = readFileSync(`${trusted}/${file}`);
    if (file.endsWith(".crl")) await made.addRevocationList(bytes);
    else {
      await made.addIssuer(bytes);
      await made.trustCertificate(bytes);
    }
  }
  return made;
}
