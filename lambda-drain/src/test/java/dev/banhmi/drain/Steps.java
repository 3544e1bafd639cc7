package dev.banhmi.drain;

/** How tests name a step. */
final class Steps {

    private Steps() {}

    /** Its kind and its reason. */
    static String name(DrainStep step) {
        return switch (step) {
            case DrainStep.StartDraining start -> "StartDraining " + start.reason();
            case DrainStep.RecordQuiet quiet -> "RecordQuiet";
            case DrainStep.StopTasks stop -> "StopTasks";
            case DrainStep.Wait wait -> "Wait " + wait.reason();
            case DrainStep.Hold hold -> "Hold " + (hold.overdue() ? "overdue" : "late");
            case DrainStep.Complete complete -> "Complete " + complete.reason();
            case DrainStep.Release release -> "Release " + release.reason();
            case DrainStep.Ignore ignore -> "Ignore " + ignore.reason();
        };
    }
}
