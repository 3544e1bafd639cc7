const { CreateServiceLinkedRoleCommand, IAMClient } = require("@aws-sdk/client-iam");
const { CreateClusterCommand, DeleteClusterCommand, ECSClient } = require("@aws-sdk/client-ecs");

const PAUSE = 5000;
const RESERVE = 20000;

async function handle(event, context) {
  // On Delete nothing: the role is the account's, and other clusters need it.
  if (event.RequestType === "Delete") return;
  const timeLeft = () => context.getRemainingTimeInMillis() > RESERVE;
  await create(timeLeft);
  await untilAssumed(event.ResourceProperties.Cluster, timeLeft);
}

async function create(timeLeft) {
  for (;;) {
    try {
      return await new IAMClient().send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" }));
    } catch (error) {
      if (/has been taken/.test(error.message)) return;
      // Another stack of the account is at it.
      if (error.name !== "ConcurrentModificationException" || !timeLeft()) throw error;
      await pause();
    }
  }
}

// A cluster with a capacity provider is refused while ECS cannot assume the role. Any other answer ends the wait: it is not what is waited for.
async function untilAssumed(cluster, timeLeft) {
  const ecs = new ECSClient();
  for (;;) {
    try {
      await ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders: ["FARGATE"] }));
      return await ecs.send(new DeleteClusterCommand({ cluster }));
    } catch (error) {
      if (!/service linked role/i.test(error.message)) return console.log(`Not known whether ECS has its role: ${error.message}`);
      if (!timeLeft()) throw error;
      await pause();
    }
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
