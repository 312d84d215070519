/// The certificates between Envoys and the operator.
@NullMarked
package dev.sluice.operator.tls;

import org.jspecify.annotations.NullMarked;
