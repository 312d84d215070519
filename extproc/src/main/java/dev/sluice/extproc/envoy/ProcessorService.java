package dev.sluice.extproc.envoy;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.flow.RequestFlow;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.concurrent.Executor;

/// Envoy's external processor: one call for each request, with two messages at most; and with those
/// of the answer where that is watched.
public final class ProcessorService implements BindableService {

  /// The head and the body; one more, which is the answer's head, or unexpected, and seen. Then one
  /// at a time.
  private static final int MESSAGES_MAX = 3;

  private static final Metadata.Key<String> PHASE =
      Metadata.Key.of(DataPlane.PHASE_METADATA, Metadata.ASCII_STRING_MARSHALLER);

  private final RequestFlow flow;
  private final Executor blocking;
  private final ReplyWriter writer = new ReplyWriter();

  /// @param blocking runs what blocks
  public ProcessorService(RequestFlow flow, Executor blocking) {
    this.flow = flow;
    this.blocking = blocking;
  }

  @Override
  public ServerServiceDefinition bindService() {
    var arrays = new MessageArrays();
    MethodDescriptor<Message, byte[]> method =
        ExternalProcessorGrpc.getProcessMethod().toBuilder(
                new MessageMarshaller(arrays), new ReplyMarshaller())
            .build();
    var service =
        ServiceDescriptor.newBuilder(ExternalProcessorGrpc.SERVICE_NAME).addMethod(method);
    return ServerServiceDefinition.builder(service.build())
        .addMethod(
            method,
            (call, metadata) -> {
              call.request(MESSAGES_MAX);
              call.sendHeaders(new Metadata());
              return new ProcessorCall(phase(metadata), call, flow, blocking, writer, arrays);
            })
        .build();
  }

  private static ProcessorCall.Phase phase(Metadata metadata) {
    return DataPlane.ADMISSION_PHASE.equals(metadata.get(PHASE))
        ? ProcessorCall.Phase.ADMISSION
        : ProcessorCall.Phase.REQUEST;
  }
}
