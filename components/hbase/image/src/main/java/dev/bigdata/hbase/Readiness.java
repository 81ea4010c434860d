package dev.bigdata.hbase;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/**
 * Answers questions about a server of this JVM over HTTP, so that a probe costs neither a process nor a parsed report.
 *
 * <p>Every GET of {@code /} is answered with 200 if it is ready, with 503 if it is not.
 */
final class Readiness {
  private static final int YES = 200;
  private static final int NO = 503;
  private static final int NO_BODY = -1;

  private final HttpServer server;

  /** Answers on a port of all addresses until the JVM ends. */
  Readiness(int port, BooleanSupplier ready) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    answer("/", ready);
    server.start();
  }

  /** Answers a GET of another path in the same way. */
  void answer(String path, BooleanSupplier question) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(question.getAsBoolean() ? YES : NO, NO_BODY);
          exchange.close();
        });
  }
}
