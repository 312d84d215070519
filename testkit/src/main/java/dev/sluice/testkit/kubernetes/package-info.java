/// A real Kubernetes API server for tests, with kubectl and helm.
@NullMarked
package dev.sluice.testkit.kubernetes;

import org.jspecify.annotations.NullMarked;
