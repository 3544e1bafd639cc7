package dev.banhmi.cdk.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What AWS says about the actions of the services that we use; {@code iam-data/extract.mjs} writes it. */
final class IamData {
    /*
     * Keys that every request may carry, whatever the action
     * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, checked 2026-11-22). Only those that a
     * policy of ours may have a reason to use; keys of tags are not among them, actions list these themselves.
     */
    private static final List<String> GLOBAL_KEYS = List.of(
            "aws:PrincipalAccount",
            "aws:PrincipalArn",
            "aws:PrincipalOrgID",
            "aws:RequestedRegion",
            "aws:ResourceAccount",
            "aws:SecureTransport",
            "aws:SourceAccount",
            "aws:SourceArn",
            "aws:SourceVpc",
            "aws:SourceVpce",
            "aws:ViaAWSService");

    /*
     * The reference leaves out that policies name a log group with ":*" behind it, except for its tags
     * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html, checked 2026-11-22).
     */
    private static final String LOG_GROUP = ":log-group:${LogGroupName}";

    private final SortedMap<String, Action> actions = new TreeMap<>();

    /**
     * @param conditionKeys every key that the action or one of its resource types knows
     * @param arns the resource types' patterns
     */
    record Action(String name, Set<String> conditionKeys, List<String> arns) {
        /** Whether it is allowed for everything or not at all. */
        boolean takesNothing() {
            return arns.isEmpty() && conditionKeys.isEmpty();
        }

        boolean knows(String key) {
            return isGlobal(key) || conditionKeys.stream().anyMatch(known -> matches(known, key));
        }

        private static boolean isGlobal(String key) {
            return GLOBAL_KEYS.stream().anyMatch(key::equalsIgnoreCase);
        }

        // "aws:ResourceTag/${TagKey}" stands for any tag; names of keys ignore case.
        private static boolean matches(String known, String key) {
            int variable = known.indexOf("${");
            return variable < 0
                    ? known.equalsIgnoreCase(key)
                    : key.length() > variable && key.regionMatches(true, 0, known, 0, variable);
        }
    }

    private IamData() {}

    static IamData read() throws IOException {
        IamData data = new IamData();
        try (InputStream file = IamData.class.getResourceAsStream("/rules/iam-data.json")) {
            JsonNode services = new ObjectMapper()
                    .readTree(Objects.requireNonNull(file, "iam-data.json"))
                    .path("services");
            services.properties().forEach(service -> data.add(service.getKey(), service.getValue()));
        }
        return data;
    }

    /** The actions that a policy's {@code service:Name} means; wildcards can mean many, a misspelt name means none. */
    SortedSet<String> named(String pattern) {
        Pattern name = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), Pattern.CASE_INSENSITIVE);
        return actions.keySet().stream()
                .filter(action -> name.matcher(action).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Action action(String name) {
        return Optional.ofNullable(actions.get(name)).orElseThrow(() -> new IllegalArgumentException(name));
    }

    private void add(String service, JsonNode data) {
        JsonNode types = data.path("resourceTypes");
        data.path("actions").properties().forEach(entry -> {
            String name = service + ":" + entry.getKey();
            Set<String> keys = new TreeSet<>();
            List<String> arns = new ArrayList<>();
            entry.getValue().path("conditionKeys").forEach(key -> keys.add(key.asText()));
            entry.getValue().path("resourceTypes").properties().forEach(type -> {
                type.getValue().forEach(key -> keys.add(key.asText()));
                JsonNode described = types.path(type.getKey());
                described.path("conditionKeys").forEach(key -> keys.add(key.asText()));
                String arn = described.path("arn").asText();
                arns.add(arn);
                if (arn.endsWith(LOG_GROUP)) {
                    arns.add(arn + ":*");
                }
            });
            actions.put(name, new Action(name, keys, arns));
        });
    }
}
