const { AutoScalingClient, DescribeAutoScalingGroupsCommand, SetInstanceProtectionCommand } = require("@aws-sdk/client-auto-scaling");

const PAUSE = 5000;
const RESERVE = 20000;
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
const MOST_INSTANCES = 50;

async function handle(event, context) {
  const group = event.ResourceProperties.Group;
  // The group's name as the id: when the group is replaced, CloudFormation deletes the resource of the old one.
  if (event.RequestType !== "Delete") return group;
  await release(group, () => context.getRemainingTimeInMillis() > RESERVE);
}

// Until none is protected: one that leaves meanwhile fails the call for all, and one that has just been launched comes late.
async function release(group, timeLeft) {
  const client = new AutoScalingClient();
  for (;;) {
    const found = await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }));
    const ids = (found.AutoScalingGroups[0]?.Instances ?? [])
      .filter((instance) => instance.ProtectedFromScaleIn && instance.LifecycleState === "InService")
      .map((instance) => instance.InstanceId);
    if (ids.length === 0) return;
    try {
      for (let from = 0; from < ids.length; from += MOST_INSTANCES) {
        const batch = ids.slice(from, from + MOST_INSTANCES);
        await client.send(new SetInstanceProtectionCommand(
          { AutoScalingGroupName: group, InstanceIds: batch, ProtectedFromScaleIn: false }));
      }
    } catch (error) {
      if (!timeLeft()) throw error;
    }
    await pause();
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
