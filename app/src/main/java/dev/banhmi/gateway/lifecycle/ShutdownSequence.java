package dev.banhmi.gateway.lifecycle;

import dev.banhmi.gateway.config.GatewayProperties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What happens between SIGTERM and exit: probes fail at once, the port stays open while load balancers notice, then no
 * new connection is accepted and what is in flight may finish. Spring Boot's own hook closes the port first, which
 * makes a load balancer return errors until its next probe; so that hook is off and this one runs the whole sequence.
 *
 * <p>A JVM that ends by a signal exits with 143, which every supervisor takes for a crash. From within a shutdown hook
 * only {@code halt} can change that.
 */
public final class ShutdownSequence implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ShutdownSequence.class);

    /** Null until Spring has one. */
    private volatile @Nullable ConfigurableApplicationContext context;

    private volatile boolean startEnded;

    private ShutdownSequence() {}

    /**
     * Arms the sequence for SIGTERM and SIGINT, before anything is started.
     *
     * @return to be told how the start goes on
     */
    public static ShutdownSequence install() {
        ShutdownSequence sequence = new ShutdownSequence();
        Runtime.getRuntime().addShutdownHook(new Thread(sequence, "shutdown"));
        return sequence;
    }

    /**
     * Notes what is to be shut down.
     *
     * @param started from now on
     */
    public void of(ConfigurableApplicationContext started) {
        context = started;
    }

    /** Notes that the start has succeeded or failed: a process that ends without anything running has its own code. */
    public void startEnded() {
        startEnded = true;
    }

    @Override
    public void run() {
        ConfigurableApplicationContext running = context;
        if (running == null || !running.isActive()) {
            if (!startEnded) {
                log.info("stopped before anything was started");
                Runtime.getRuntime().halt(0);
            }
            // The start failed, which the exit code already reports.
            return;
        }
        int status = 1;
        try {
            if (running.isRunning()) {
                Duration preStopDelay =
                        running.getBean(GatewayProperties.class).shutdown().preStopDelay();
                running.getBean(Readiness.class).shutDown();
                log.info("shutting down: probes fail from now on, the port closes in {}", preStopDelay);
                Thread.sleep(preStopDelay);
            }
            running.close();
            log.info("shut down");
            status = 0;
        } catch (InterruptedException e) {
            log.error("shutdown was interrupted", e);
        } catch (RuntimeException | Error e) {
            log.error("shutdown failed", e);
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }
}
