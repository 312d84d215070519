/// What all AWS services share on the wire: signed requests, event streams, and where temporary
/// keys come from.
///
/// Facts are from AWS's general reference on Signature Version 4, the signing test suite of
/// `awslabs/aws-c-auth`, the page "Event stream encoding" of the Lex V2 guide, the Smithy event
/// stream specification, the common errors of the Bedrock API reference, the page "Container
/// credential provider" of the SDK guide, and AssumeRoleWithWebIdentity of the STS reference.
@NullMarked
package dev.sluice.testkit.aws;

import org.jspecify.annotations.NullMarked;
