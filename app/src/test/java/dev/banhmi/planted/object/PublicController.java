package dev.banhmi.planted.object;

import org.springframework.web.bind.annotation.RestController;

/** Nobody outside should be able to call a controller. */
@RestController
public interface PublicController {}
