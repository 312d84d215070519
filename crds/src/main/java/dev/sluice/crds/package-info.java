/// The custom resources of group `sluice.dev`, version `v1alpha1`: one file per kind, spec and
/// status as records. A component that may be absent is `@Nullable`; a list or map that is not
/// `@Nullable` is empty when absent; every other component is required.
@NullMarked
package dev.sluice.crds;

import org.jspecify.annotations.NullMarked;
