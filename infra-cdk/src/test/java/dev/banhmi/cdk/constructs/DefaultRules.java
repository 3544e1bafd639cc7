package dev.banhmi.cdk.constructs;

import software.amazon.awscdk.App;
import software.amazon.awscdk.CloudFormationValidatePlugin;
import software.amazon.awscdk.Validations;

/** The rules that CDK holds every template against. */
public final class DefaultRules {
    /*
     * CDK applies them at every synthesis, unless CDK_VALIDATION is false, and that is more than half of what a synthesis costs. Without the flag
     * validateAgainstDefaultRules it only prints what it finds, which no test reads. So the build turns them off for the processes of this
     * module's tests, and every app that has the flag, ours and those of Sandbox.recommended(), gets them back here. BanhmiAppIT starts our
     * app without that variable, as the command line does.
     */

    private static final CloudFormationValidatePlugin RULES = new CloudFormationValidatePlugin();

    private DefaultRules() {}

    /**
     * Applies them to an app. CDK does not apply them twice.
     *
     * @param app not yet synthesized
     * @return the app
     */
    public static App appliedTo(App app) {
        Validations.of(app).addPlugins(RULES);
        return app;
    }
}
