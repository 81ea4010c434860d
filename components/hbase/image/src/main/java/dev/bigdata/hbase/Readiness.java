package dev.bigdata.hbase;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/**
 * Tells over HTTP whether a server of this JVM is ready, so that a probe costs neither a process nor a parsed report.
 *
 * <p>Every GET is answered with 200 if it is, with 503 if it is not.
 */
final class Readiness {
  private static final int READY = 200;
  private static final int NOT_READY = 503;
  private static final int NO_BODY = -1;

  private Readiness() {}

  /** Answers on a port of all addresses until the JVM ends. */
  static void serve(int port, BooleanSupplier ready) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(ready.getAsBoolean() ? READY : NOT_READY, NO_BODY);
          exchange.close();
        });
    server.start();
  }
}
