const {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetInstanceProtectionCommand,
  UpdateAutoScalingGroupCommand,
} = require("@aws-sdk/client-auto-scaling");

const MOST_INSTANCES = 50;
// In any other state the call is refused.
const STATES = ["InService", "EnteringStandby", "Standby"];

async function handle(event, context) {
  const group = event.ResourceProperties.Group;
  // The group's name as the id: when the group is replaced, CloudFormation deletes the resource of the old one.
  if (event.RequestType !== "Delete") return group;
  const client = new AutoScalingClient();
  await until(context, () => release(client, { AutoScalingGroupName: group }));
}

// Throws until nothing is protected nor can become so: protection begins in service, so an instance on its way there is waited for.
async function release(client, name) {
  const described = await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name.AutoScalingGroupName] }));
  const group = described.AutoScalingGroups[0];
  if (!group) return;
  const instances = group.Instances ?? [];
  const coming = instances.filter((it) => it.LifecycleState.startsWith("Pending"));
  const held = instances.filter((it) => it.ProtectedFromScaleIn && STATES.includes(it.LifecycleState));
  for (let from = 0; from < held.length; from += MOST_INSTANCES) {
    const InstanceIds = held.slice(from, from + MOST_INSTANCES).map((it) => it.InstanceId);
    await client.send(new SetInstanceProtectionCommand({ ...name, InstanceIds, ProtectedFromScaleIn: false }));
  }
  const refused = group.NewInstancesProtectedFromScaleIn ? await protectNoMore(client, name) : undefined;
  const left = [...held, ...coming].map((it) => `${it.InstanceId} ${it.LifecycleState}`);
  if (refused === "" || left.length) throw new Error(`Not let go of yet: ${left}${refused ? ` (${refused})` : ""}`);
}

// Why it may not, or "". Then what is in service is let go of all the same, again and again while instances are on their way there.
async function protectNoMore(client, name) {
  try {
    await client.send(new UpdateAutoScalingGroupCommand({ ...name, NewInstancesProtectedFromScaleIn: false }));
    return "";
  } catch (error) {
    if (!/AccessDenied|not authorized/i.test(`${error.name} ${error.message}`)) throw error;
    return `${error.name}: ${error.message}`;
  }
}
