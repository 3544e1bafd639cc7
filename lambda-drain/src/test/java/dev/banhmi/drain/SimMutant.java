package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Our function as it is, and with one mistake each that others have made or that we might. */
enum SimMutant {
    OURS("ours"),
    /** Looks at the count of running tasks and at no list: aws-cdk#13506. */
    RUNNING_TASKS_COUNT("runningTasksCount") {
        @Override
        Cluster cluster(Cluster real, Groups groups, Hook hook) {
            return new SimClusterView(real) {
                @Override
                public List<String> listTasks(DesiredStatus desired) {
                    return List.of();
                }

                @Override
                public List<String> listTasks(String containerInstance, DesiredStatus desired) {
                    return List.of();
                }
            };
        }
    },
    /** Lists what is to run, as ListTasks does when it is not told otherwise: ecs-cid-sample#29. */
    RUNNING_ONLY("runningOnly") {
        @Override
        Cluster cluster(Cluster real, Groups groups, Hook hook) {
            return new SimClusterView(real) {
                @Override
                public List<String> listTasks(DesiredStatus desired) {
                    return desired == DesiredStatus.RUNNING ? super.listTasks(desired) : List.of();
                }

                @Override
                public List<String> listTasks(String containerInstance, DesiredStatus desired) {
                    return desired == DesiredStatus.RUNNING ? super.listTasks(containerInstance, desired) : List.of();
                }
            };
        }
    },
    /** Reads one page of a list. */
    FIRST_PAGE_ONLY("firstPageOnly") {
        @Override
        Cluster cluster(Cluster real, Groups groups, Hook hook) {
            return new SimClusterView(real) {
                @Override
                public List<String> listTasks(String containerInstance, DesiredStatus desired) {
                    return super.listTasks(containerInstance, desired).stream()
                            .limit(SimParameters.PAGE)
                            .toList();
                }

                @Override
                public List<String> listTasks(DesiredStatus desired) {
                    return super.listTasks(desired).stream()
                            .limit(SimParameters.PAGE)
                            .toList();
                }

                @Override
                public List<ContainerInstance> containerInstances() {
                    return super.containerInstances().stream()
                            .limit(SimParameters.PAGE)
                            .toList();
                }
            };
        }
    },
    /** Believes the reads and not the event that it was woken by. */
    NO_OVERLAY("noOverlay") {
        @Override
        DrainDecision decision(DrainPolicy policy) {
            return new DrainDecision(policy) {
                @Override
                DrainStep decide(Observation seen, Instant now) {
                    if (!(seen.hint() instanceof DrainHint.TaskStopped stopped)) {
                        return super.decide(seen, now);
                    }
                    DrainHint other = new DrainHint.InstanceDraining(
                            stopped.cluster(), stopped.containerInstance(), seen.instanceId());
                    return super.decide(
                            new Observation(
                                    seen.instanceId(),
                                    other,
                                    seen.member(),
                                    seen.hooks(),
                                    seen.retainsAbandoned(),
                                    seen.registration()),
                            now);
                }
            };
        }
    },
    /** Takes the end of one task for the end of all. */
    COMPLETES_ON_EVENT("completesOnEvent") {
        @Override
        DrainDecision decision(DrainPolicy policy) {
            return new DrainDecision(policy) {
                @Override
                DrainStep decide(Observation seen, Instant now) {
                    DrainStep step = super.decide(seen, now);
                    return step instanceof DrainStep.Wait && seen.hint() instanceof DrainHint.TaskStopped
                            ? new Complete(seen.hooks().getFirst(), LifecycleResult.CONTINUE, CompleteReason.DRAINED)
                            : step;
                }
            };
        }
    },
    /** Knows no deadline. */
    DEADLINE_OFF("deadlineOff") {
        @Override
        DrainDecision decision(DrainPolicy policy) {
            return new DrainDecision(policy) {
                @Override
                DrainStep decide(Observation seen, Instant now) {
                    DrainStep step = super.decide(seen, now);
                    boolean atDeadline =
                            (step instanceof Complete complete && complete.reason() == CompleteReason.DEADLINE)
                                    || (step instanceof Release release && release.reason() == CompleteReason.DEADLINE);
                    return atDeadline
                            ? new DrainStep.Wait(
                                    WaitReason.LIVE_TASKS,
                                    Optional.of(seen.hooks().getFirst()))
                            : step;
                }
            };
        }
    },
    /** Releases an instance that looked empty in the evaluation that sets it to drain. */
    COMPLETES_AT_ONCE("completesAtOnce") {
        @Override
        Cluster cluster(Cluster real, Groups groups, Hook hook) {
            return new SimClusterView(real) {
                private Optional<ContainerInstance> seen = Optional.empty();

                @Override
                public Optional<ContainerInstance> findByInstanceId(String instanceId) {
                    seen = super.findByInstanceId(instanceId);
                    return seen;
                }

                @Override
                public void putMark(String containerInstance, String value) {
                    super.putMark(containerInstance, value);
                    seen.filter(one -> one.runningTasks() + one.pendingTasks() == 0)
                            .ifPresent(one -> groups.complete(one.instanceId(), hook, LifecycleResult.CONTINUE));
                }
            };
        }
    },
    /** Believes what it reads, as if no read lagged: neither the drain nor the quiet of its tasks has to have an age. */
    NO_MINIMUM_AGE("noMinimumAge") {
        @Override
        DrainDecision decision(DrainPolicy policy) {
            return NO_QUIET_TIME.decision(policy);
        }

        @Override
        DrainPolicy policy(DrainPolicy real) {
            return new DrainPolicy(
                    real.groups(),
                    real.hook(),
                    real.budget(),
                    real.standalone(),
                    real.atDeadline(),
                    Duration.ofMillis(1),
                    real.sweepInterval());
        }
    },
    /** Trusts the lists of tasks however short ago a task may have gone from one to the other. */
    NO_QUIET_TIME("noQuietTime") {
        @Override
        DrainDecision decision(DrainPolicy policy) {
            return new DrainDecision(policy) {
                @Override
                DrainStep decide(Observation seen, Instant now) {
                    return super.decide(quietForLong(seen, now.minus(policy.minimumAge())), now);
                }
            };
        }
    },
    /** Sends no heartbeat. */
    NO_HEARTBEAT("noHeartbeat") {
        @Override
        Groups groups(Groups real) {
            return new SimGroupsView(real) {
                @Override
                public Effect heartbeat(String instanceId, Hook hook) {
                    return Effect.DONE;
                }
            };
        }
    },
    /** Trusts events to come. */
    NO_SWEEP("noSweep") {
        @Override
        boolean sweeps() {
            return false;
        }
    };

    /** What would have been seen, had every task been told to stop by then. */
    static Observation quietForLong(Observation seen, Instant since) {
        if (!(seen.registration() instanceof Registration.Present present)) {
            return seen;
        }
        ContainerInstance real = present.instance();
        ContainerInstance quiet = new ContainerInstance(
                real.arn(),
                real.instanceId(),
                real.status(),
                real.agentConnected(),
                real.runningTasks(),
                real.pendingTasks(),
                real.drainingSince(),
                Optional.of(DrainMark.parse(DrainMark.format(since))));
        return new Observation(
                seen.instanceId(),
                seen.hint(),
                seen.member(),
                seen.hooks(),
                seen.retainsAbandoned(),
                present.with(quiet));
    }

    private final String id;

    SimMutant(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    DrainPolicy policy(DrainPolicy real) {
        return real;
    }

    DrainDecision decision(DrainPolicy policy) {
        return new DrainDecision(policy);
    }

    Cluster cluster(Cluster real, Groups groups, Hook hook) {
        return real;
    }

    Groups groups(Groups real) {
        return real;
    }

    boolean sweeps() {
        return true;
    }

    /** Whether something of ours is wrong in it. */
    boolean isMistake() {
        return this != OURS;
    }
}
