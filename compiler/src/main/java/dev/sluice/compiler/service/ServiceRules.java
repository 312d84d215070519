package dev.sluice.compiler.service;

import dev.sluice.compiler.catalogue.KnownServices;
import dev.sluice.compiler.catalogue.KnownServices.KnownService;
import dev.sluice.compiler.manifest.Nearest;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.crds.Provider;
import dev.sluice.crds.schema.Text;
import org.jspecify.annotations.Nullable;

/// Finds out which service a Provider is, by its type and its preset.
public final class ServiceRules {

  private ServiceRules() {}

  public static KnownService check(Provider.Spec spec, Complaints complaints) {
    var preset = spec.preset();
    if (preset != null && spec.type() != Provider.Type.OpenAICompatible) {
      complaints.unexpected("spec.preset", preset, "only with type: OpenAICompatible");
    }
    checkPlaces(spec, complaints);
    return switch (spec.type()) {
      case Anthropic -> KnownServices.anthropic();
      case OpenAI -> KnownServices.openAi();
      case Gemini -> KnownServices.gemini();
      case OpenAICompatible -> compatible(spec, complaints);
      case AzureOpenAI -> azure(spec, complaints);
      case Bedrock -> bedrock(spec, complaints);
      case VertexAI -> vertexAi(spec, complaints);
    };
  }

  private static void checkPlaces(Provider.Spec spec, Complaints complaints) {
    if (spec.region() != null && spec.type() == Provider.Type.VertexAI) {
      var expected = "not with type: VertexAI, where the location says it";
      complaints.unexpected("spec.region", spec.region(), expected);
    }
    only(Provider.Type.VertexAI, spec, "project", spec.project(), complaints);
    only(Provider.Type.VertexAI, spec, "location", spec.location(), complaints);
    only(Provider.Type.AzureOpenAI, spec, "apiVersion", spec.apiVersion(), complaints);
    Values.check(Text.LABEL, spec.region(), "spec.region", complaints);
    Values.check(Text.LABEL, spec.project(), "spec.project", complaints);
    Values.check(Text.LABEL, spec.location(), "spec.location", complaints);
    Values.check(Text.API_VERSION, spec.apiVersion(), "spec.apiVersion", complaints);
  }

  private static void only(
      Provider.Type type,
      Provider.Spec spec,
      String field,
      @Nullable String value,
      Complaints complaints) {
    if (value != null && spec.type() != type) {
      complaints.unexpected("spec." + field, value, "only with type: " + type);
    }
  }

  private static KnownService azure(Provider.Spec spec, Complaints complaints) {
    if (spec.endpoint() == null) {
      var expected = "the address, such as https://RESOURCE.openai.azure.com";
      complaints.add("spec.endpoint", new Fault.Missing(expected));
    }
    var known = KnownServices.azure(spec.apiVersion());
    return hasKey(spec) ? known : known.withTokens();
  }

  private static KnownService bedrock(Provider.Spec spec, Complaints complaints) {
    var region = Regions.of(spec);
    if (region == null) {
      var expected = "such as eu-central-1, unless the endpoint names it";
      complaints.add("spec.region", new Fault.Missing(expected));
      return KnownServices.unknown();
    }
    return hasKey(spec) ? KnownServices.bedrock(region) : KnownServices.signedBedrock(region);
  }

  private static boolean hasKey(Provider.Spec spec) {
    return !spec.credentials().isEmpty() && spec.credentials().getFirst().secretRef() != null;
  }

  private static KnownService vertexAi(Provider.Spec spec, Complaints complaints) {
    var project = spec.project();
    var location = spec.location();
    if (project == null) {
      complaints.add("spec.project", new Fault.Missing("the project's id"));
    }
    if (location == null) {
      complaints.add("spec.location", new Fault.Missing("such as europe-west4, or global"));
    }
    return project == null || location == null
        ? KnownServices.unknown()
        : KnownServices.vertexAi(project, location);
  }

  private static KnownService compatible(Provider.Spec spec, Complaints complaints) {
    var preset = spec.preset();
    if (preset == null) {
      if (spec.endpoint() == null) {
        complaints.add("spec.endpoint", new Fault.Missing("the address, or spec.preset"));
      }
      return KnownServices.unknown();
    }
    var known = KnownServices.byPreset().get(preset);
    if (known == null) {
      complaints.unexpected("spec.preset", preset, expected(preset));
      return KnownServices.unknown();
    }
    return known;
  }

  private static String expected(String preset) {
    var names = KnownServices.byPreset().keySet();
    var near = Nearest.to(preset, names);
    return near == null ? String.join(", ", names) : "did you mean " + near + "?";
  }
}
