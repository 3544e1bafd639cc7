const {
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} = require("@aws-sdk/client-ec2");

async function handle(event, context) {
  // On Delete nothing: the group goes with its VPC.
  if (event.RequestType === "Delete") return;
  const client = new EC2Client();
  await until(context, () => close(client, event.ResourceProperties.Group));
}

// Throws until a look at the group finds no rule.
async function close(client, GroupId) {
  const described = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const { IpPermissions: into, IpPermissionsEgress: out } = described.SecurityGroups[0];
  if (into.length) await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: into }));
  if (out.length) await client.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: out }));
  if (into.length || out.length) throw new Error(`${GroupId} had ${into.length + out.length} rules`);
}
