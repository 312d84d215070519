/// Which service a Provider is, where it is, and what it knows us by.
@NullMarked
package dev.sluice.compiler.service;

import org.jspecify.annotations.NullMarked;
