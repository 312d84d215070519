package dev.sluice.testkit.vertex;

import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.http.HttpRequest;
import java.util.regex.Pattern;

/// What a path of Vertex AI names.
record VertexTarget(
    String project, String location, String publisher, String model, String method) {

  private static final Pattern PATH =
      Pattern.compile(
          "/v1(?:beta1)?/projects/([^/]+)/locations/([^/]+)/publishers/([^/]+)/models/([^/:]+)"
              + ":([a-zA-Z]+)");

  static VertexTarget of(HttpRequest request) {
    var parts = PATH.matcher(request.path());
    if (!parts.matches() || !request.method().equals("POST")) {
      throw missing();
    }
    return new VertexTarget(
        parts.group(1),
        parts.group(2),
        parts.group(3),
        parts.group(4).replace("%40", "@"),
        parts.group(5));
  }

  /// A token is good for one project; a service for one location, or for all of them.
  void check(String known, String served) {
    if (!project.equals(known)) {
      throw new CloudRefusedException(
          403,
          "PERMISSION_DENIED",
          "Permission 'aiplatform.endpoints.predict' denied on resource"
              + " '//aiplatform.googleapis.com/projects/%s/locations/%s' (or it may not exist)."
                  .formatted(project, location));
    }
    if (!location.equals(served)) {
      throw new CloudRefusedException(
          400,
          "INVALID_ARGUMENT",
          "Invalid resource field value in the request: location %s (expected: %s)."
              .formatted(location, served));
    }
  }

  static CloudRefusedException missing() {
    return new CloudRefusedException(404, "NOT_FOUND", "Requested entity was not found.");
  }
}
