package dev.banhmi.planted.object;

import jakarta.servlet.Filter;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

@Component
@Order(1)
interface OrderedFilter extends Filter {}
