package dev.sluice.e2e.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The directions in which the modules may depend, and the one place that knows each foreign API.
@AnalyzeClasses(
    packages = "dev.sluice",
    importOptions = {ImportOption.DoNotIncludeTests.class})
final class ArchitectureTest {

  @ArchTest
  static final ArchRule core_needs_only_the_jdk =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.core..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("dev.sluice.core..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule crds_stand_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.crds..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("dev.sluice.crds..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule wire_and_ledger_know_only_core =
      noClasses()
          .that()
          .resideInAnyPackage("dev.sluice.wire..", "dev.sluice.ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.extproc..",
              "dev.sluice.feed..",
              "dev.sluice.compiler..",
              "dev.sluice.crds..",
              "dev.sluice.xds..",
              "dev.sluice.standalone..",
              "dev.sluice.proto..");

  @ArchTest
  static final ArchRule the_gateway_of_tools_knows_only_core_and_the_ledger =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.mcp..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.wire..",
              "dev.sluice.extproc..",
              "dev.sluice.feed..",
              "dev.sluice.compiler..",
              "dev.sluice.crds..",
              "dev.sluice.xds..",
              "dev.sluice.standalone..",
              "dev.sluice.proto..");

  @ArchTest
  static final ArchRule the_feed_knows_neither_kubernetes_nor_envoy =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.feed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.wire..",
              "dev.sluice.extproc..",
              "dev.sluice.compiler..",
              "dev.sluice.crds..",
              "dev.sluice.xds..",
              "dev.sluice.standalone..",
              "dev.sluice.proto.envoy..",
              "io.envoyproxy..");

  @ArchTest
  static final ArchRule ext_proc_sees_neither_manifests_nor_xds =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.extproc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.feed..",
              "dev.sluice.compiler..",
              "dev.sluice.crds..",
              "dev.sluice.xds..",
              "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule the_compile_step_and_xds_do_not_see_the_request_flow =
      noClasses()
          .that()
          .resideInAnyPackage("dev.sluice.compiler..", "dev.sluice.xds..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.extproc..",
              "dev.sluice.wire..",
              "dev.sluice.ledger..",
              "dev.sluice.feed..",
              "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule simulators_know_nothing_of_the_gateway =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.core..",
              "dev.sluice.wire..",
              "dev.sluice.ledger..",
              "dev.sluice.feed..",
              "dev.sluice.extproc..",
              "dev.sluice.compiler..",
              "dev.sluice.xds..",
              "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule only_two_places_know_the_protos_of_envoy =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackages(
              "dev.sluice.extproc.envoy..", "dev.sluice.xds..", "dev.sluice.proto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.envoyproxy..", "dev.sluice.proto.envoy..");

  @ArchTest
  static final ArchRule only_the_ledger_and_the_feed_know_lettuce =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackages("dev.sluice.ledger.redis..", "dev.sluice.feed..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule only_certificates_know_bouncy_castle =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackage("dev.sluice.xds.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule only_the_operator_knows_kubernetes =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackage("dev.sluice.operator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.sluice.operator..");

  @ArchTest
  static final ArchRule the_operator_does_not_see_the_request_flow =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.operator..")
          .and()
          .resideOutsideOfPackage("dev.sluice.operator.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.extproc..", "dev.sluice.wire..", "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule the_command_line_sees_of_the_request_flow_only_how_it_is_explained =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.operator.cli..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "dev.sluice.extproc..", "dev.sluice.wire..", "dev.sluice.standalone..")
                  .and(resideOutsideOfPackage("dev.sluice.extproc.explain..")));

  @ArchTest
  static final ArchRule no_thread_locals =
      noClasses().should().dependOnClassesThat().belongToAnyOf(ThreadLocal.class);
}
