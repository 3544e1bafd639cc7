const {
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} = require("@aws-sdk/client-ec2");

// The two rules with which AWS makes the default group of every VPC.
async function handle(event) {
  // On Delete nothing: the group goes with its VPC.
  if (event.RequestType === "Delete") return;
  const GroupId = event.ResourceProperties.Group;
  const fromItself = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] };
  const toEverybody = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  await gone(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [fromItself] }));
  await gone(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [toEverybody] }));
}

async function gone(revoke) {
  try {
    await new EC2Client().send(revoke);
  } catch (error) {
    // It is not there any more: that is what is wanted.
    if (error.name !== "InvalidPermission.NotFound") throw error;
  }
}
