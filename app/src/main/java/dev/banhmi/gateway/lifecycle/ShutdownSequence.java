package dev.banhmi.gateway.lifecycle;

import dev.banhmi.gateway.config.GatewayProperties;
import java.time.Duration;
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

    private final ConfigurableApplicationContext context;

    ShutdownSequence(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Arms the sequence for SIGTERM and SIGINT.
     *
     * @param context what is shut down
     */
    public static void install(ConfigurableApplicationContext context) {
        Runtime.getRuntime().addShutdownHook(new Thread(new ShutdownSequence(context), "shutdown"));
    }

    @Override
    public void run() {
        if (!context.isActive()) {
            // The start failed, which the exit code already reports.
            return;
        }
        int status = 1;
        try {
            if (context.isRunning()) {
                Duration preStopDelay =
                        context.getBean(GatewayProperties.class).shutdown().preStopDelay();
                context.getBean(Readiness.class).shutDown();
                log.info("shutting down: probes fail from now on, the port closes in {}", preStopDelay);
                Thread.sleep(preStopDelay);
            }
            context.close();
            log.info("shut down");
            status = 0;
        } catch (InterruptedException e) {
            log.error("shutdown was interrupted", e);
        } catch (RuntimeException e) {
            log.error("shutdown failed", e);
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }
}
