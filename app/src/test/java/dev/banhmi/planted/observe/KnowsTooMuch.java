package dev.banhmi.planted.observe;

import dev.banhmi.planted.legacy.Thing;

interface KnowsTooMuch {

    Thing thing();
}
