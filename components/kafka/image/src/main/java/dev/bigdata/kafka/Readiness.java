package dev.bigdata.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /ready}: 200 once a broker lacks nothing, else 503; the body says what it lacks. And {@code GET /alive}: 200 if
 * it is well that it goes on, else 503.
 */
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  private static final String LAG = "kafka.server:type=FetcherLagMetrics,name=ConsumerLag,*";

  private final Supplier<Optional<String>> missing;
  private String said = "";
  private long furthest;

  private Readiness(Supplier<Optional<String>> missing) {
    this.missing = missing;
  }

  static void serve(int port, Supplier<Optional<String>> missing, BooleanSupplier isAlive) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    Readiness readiness = new Readiness(missing);
    server.createContext("/ready", exchange -> answer(exchange, readiness.look()));
    server.createContext(
        "/alive", exchange -> answer(exchange, isAlive.getAsBoolean() ? Optional.empty() : Optional.of("hangs")));
    server.start();
  }

  private static void answer(HttpExchange exchange, Optional<String> wrong) throws IOException {
    byte[] body = (wrong.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(wrong.isEmpty() ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Optional<String> look() {
    Optional<String> lacks = missing.get();
    say(lacks);
    return lacks;
  }

  /** Whoever waits for it hears in the log that it comes nearer. */
  private void say(Optional<String> lacks) {
    String now = lacks.orElse("has all that it is to have");
    if (!now.equals(said)) {
      LOG.info("This broker {}", now);
      said = now;
    }
    long lag = lacks.isEmpty() ? 0 : lag();
    if (lag > 0) {
      furthest = Math.max(furthest, lag);
      LOG.info("progress: {} of {} records", furthest - lag, furthest);
    }
  }

  /** Records that the partitions of this broker are behind their leaders. */
  private static long lag() {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    long sum = 0;
    try {
      for (ObjectName each : beans.queryNames(new ObjectName(LAG), null)) {
        sum += ((Number) beans.getAttribute(each, "Value")).longValue();
      }
    } catch (JMException gone) {
      LOG.debug("A partition has moved meanwhile", gone);
    }
    return sum;
  }
}
