const { CreateServiceLinkedRoleCommand, IAMClient } = require("@aws-sdk/client-iam");
const { CreateClusterCommand, DeleteClusterCommand, ECSClient } = require("@aws-sdk/client-ecs");

async function handle(event, context) {
  const cluster = event.ResourceProperties.Cluster;
  const ecs = new ECSClient();
  // On Delete the role stays: it is the account's, and other clusters need it.
  if (event.RequestType !== "Delete") {
    await until(context, create);
    // A cluster with a capacity provider is refused while ECS cannot assume the role.
    await until(context, () => ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders: ["FARGATE"] })));
  }
  await until(context, () => remove(ecs, cluster, event.RequestType === "Delete"));
}

async function create() {
  try {
    await new IAMClient().send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" }));
  } catch (error) {
    if (!/has been taken/.test(error.message)) throw error;
  }
}

// On Delete a policy that failed the creation does not fail its rollback, too: at worst an empty cluster stays, which costs nothing.
async function remove(ecs, cluster, isLast) {
  try {
    await ecs.send(new DeleteClusterCommand({ cluster }));
  } catch (error) {
    const isDenied = error.name === "AccessDeniedException";
    if (error.name !== "ClusterNotFoundException" && !(isLast && isDenied)) throw error;
  }
}
