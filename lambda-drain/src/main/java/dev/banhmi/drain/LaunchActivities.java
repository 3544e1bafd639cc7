package dev.banhmi.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;

/**
 * When the launches of one group began, by its scaling activities: read page after page, each once, and no further than what was asked for needs.
 * Lives for one invocation, whose instances were seen to wait before the first page is read. Thread-safe.
 */
final class LaunchActivities {

    /*
     * "Activities are sorted by start time. Activities still in progress are described first", and all of the past six weeks are
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ActivitiesType.html, API_DescribeScalingActivities.html, checked
     * 2026-11-30): so a launch that waits may be behind hundreds of others, and the one that has waited longest is behind all of them. What
     * ended and began before anything that still waits has only the like behind it.
     *
     * Activities name an instance in their description only, "Launching a new EC2 instance: i-…", into and from a warm pool with these words
     * before the colon (API_Activity.html).
     */

    /** Auto Scaling waits for no instance longer than 48 h. */
    static final Duration LONGEST_WAIT = Duration.ofDays(2);

    private static final Pattern LAUNCH = Pattern.compile("Launching\\b.*?\\b(i-[0-9A-Za-z-]+).*", Pattern.DOTALL);

    private final Function<@Nullable String, DescribeScalingActivitiesResponse> page;
    private final Instant oldest;
    private final Map<String, Instant> began = new HashMap<>();
    private final Set<String> tokens = new HashSet<>();
    private @Nullable String next;
    private boolean isAtEnd;

    /**
     * Reads nothing yet.
     *
     * @param page reads the page of a token, the first one with {@code null}
     * @param now from which the longest wait is counted back
     */
    LaunchActivities(Function<@Nullable String, DescribeScalingActivitiesResponse> page, Instant now) {
        this.page = page;
        this.oldest = now.minus(LONGEST_WAIT);
    }

    /**
     * When the last launch of the instance began; empty when no activity says so that may still wait.
     *
     * @throws RetryableFailure when a page cannot be read now; the next call goes on with it
     */
    synchronized Optional<Instant> began(String instanceId) {
        while (!began.containsKey(instanceId) && !isAtEnd) {
            read();
        }
        return Optional.ofNullable(began.get(instanceId));
    }

    private void read() {
        DescribeScalingActivitiesResponse response = page.apply(next);
        String token = response.nextToken();
        for (Activity activity : response.activities()) {
            remember(activity);
            isAtEnd |= activity.startTime() != null
                    && activity.endTime() != null
                    && activity.startTime().isBefore(oldest);
        }
        if (token == null || token.isEmpty()) {
            isAtEnd = true;
        } else if (!tokens.add(token)) {
            throw new RetryableFailure("autoscaling:DescribeScalingActivities returned the same page token twice.");
        }
        next = token;
    }

    private void remember(Activity activity) {
        if (activity.description() == null || activity.startTime() == null) {
            return;
        }
        Matcher launch = LAUNCH.matcher(activity.description());
        if (launch.matches()) {
            began.merge(launch.group(1), activity.startTime(), (one, other) -> one.isAfter(other) ? one : other);
        }
    }
}
