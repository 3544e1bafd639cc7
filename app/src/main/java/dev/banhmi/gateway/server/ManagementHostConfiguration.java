package dev.banhmi.gateway.server;

import dev.banhmi.gateway.access.AccessProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/** The management port has a context of its own, with filters of its own; it responds to the same names. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementHostConfiguration {

    /** The gateway's own context, whose scan finds this class as well, has the filter already. */
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    TrustedHostFilter managementHostFilter(AccessProperties access) {
        return new TrustedHostFilter(access);
    }
}
