package dev.banhmi.cdk.rules;

import io.github.cdklabs.cdknag.INagLogger;
import io.github.cdklabs.cdknag.NIST80053R5Checks;
import io.github.cdklabs.cdknag.NagLoggerBaseData;
import io.github.cdklabs.cdknag.NagLoggerComplianceData;
import io.github.cdklabs.cdknag.NagLoggerErrorData;
import io.github.cdklabs.cdknag.NagLoggerNonComplianceData;
import io.github.cdklabs.cdknag.NagLoggerNotApplicableData;
import io.github.cdklabs.cdknag.NagLoggerSuppressedData;
import io.github.cdklabs.cdknag.NagLoggerSuppressedErrorData;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Stack;

/** The names of all rules of the NIST pack, also of those that apply to nothing of ours. */
final class NistRules implements INagLogger {
    private final SortedSet<String> names = new TreeSet<>();

    private NistRules() {}

    /** Asks the pack itself: each of its rules looks at each resource, so one resource is enough. */
    static SortedSet<String> names(Path directory) {
        App app = new App(AppProps.builder().outdir(directory.toString()).build());
        CfnResource.Builder.create(new Stack(app, "rules"), "Any")
                .type("AWS::CloudFormation::WaitConditionHandle")
                .build();
        NistRules rules = new NistRules();
        Aspects.of(app)
                .add(NIST80053R5Checks.Builder.create()
                        .reports(false)
                        .additionalLoggers(List.of(rules))
                        .build());
        app.synth();
        return rules.names;
    }

    private void add(NagLoggerBaseData data) {
        names.add(data.getRuleId().substring(data.getNagPackName().length() + 1));
    }

    @Override
    public void onCompliance(NagLoggerComplianceData data) {
        add(data);
    }

    @Override
    public void onError(NagLoggerErrorData data) {
        add(data);
    }

    @Override
    public void onNonCompliance(NagLoggerNonComplianceData data) {
        add(data);
    }

    @Override
    public void onNotApplicable(NagLoggerNotApplicableData data) {
        add(data);
    }

    @Override
    public void onSuppressed(NagLoggerSuppressedData data) {
        add(data);
    }

    @Override
    public void onSuppressedError(NagLoggerSuppressedErrorData data) {
        add(data);
    }
}
