package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.fleet.FleetCapacity;
import java.util.List;

/** How many tasks fit on one instance at most, whichever of the services they are of. */
final class PackedTasks {
    /*
     * As many as the linear programme has: maximise the number, with the CPU and the memory of all together at most the instance's. Its best
     * solutions have tasks of one service, or of two that use up both. What the programme has is rounded down.
     *
     * That a service is scaled to few tasks bounds nothing: ECS gives CPU, memory and port of a task back when it has stopped, which is long
     * after another was started for it.
     */

    private PackedTasks() {}

    static long most(List<ServiceDemand> services, FleetCapacity.Instance instance) {
        long most = 0;
        for (ServiceDemand one : services) {
            most = Math.max(most, alone(one, instance));
            for (ServiceDemand other : services) {
                most = Math.max(most, together(one, other, instance));
            }
        }
        return most;
    }

    private static long alone(ServiceDemand one, FleetCapacity.Instance instance) {
        return Math.min(instance.cpuUnits() / one.cpuUnits(), instance.memoryMiB() / one.memoryMiB());
    }

    /** Of both services, when they use up CPU and memory; 0 where that takes a negative number of one. */
    private static long together(ServiceDemand one, ServiceDemand other, FleetCapacity.Instance instance) {
        long cpu = instance.cpuUnits();
        long memory = instance.memoryMiB();
        long determinant = (long) one.cpuUnits() * other.memoryMiB() - (long) other.cpuUnits() * one.memoryMiB();
        long ofOne = cpu * other.memoryMiB() - memory * other.cpuUnits();
        long ofOther = memory * one.cpuUnits() - cpu * one.memoryMiB();
        // The other sign is the turn of the same two in the other order.
        return determinant <= 0 || ofOne < 0 || ofOther < 0 ? 0 : (ofOne + ofOther) / determinant;
    }
}
