package dev.banhmi.planted.object;

import java.time.Clock;
import org.springframework.beans.factory.annotation.Autowired;

abstract class Injected {

    @Autowired
    protected Clock clock = Clock.systemUTC();
}
