package dev.bigdata.hdfs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.namenode.FSNamesystem;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.impl.MetricsSystemImpl;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the namenode, and formats its volume before if it is empty: both in one JVM.
 *
 * <p>Argument: a port. {@code GET /} tells whether it is ready, which it is once it has left its safe mode and knows
 * of room for blocks, and one that stands by only while the other is active; {@code GET /alive} whether it is well that it goes on, also
 * while it loads its files, however many there are; {@code GET /empty} whether nothing was ever stored; {@code GET /active} whether it
 * is active. {@code GET /leave} returns when the other one is active instead, if there is one that can be. {@code PUT /datanodes} takes
 * the number of datanodes that there are to be; those beyond are decommissioned.
 */
public final class StartNameNode {
  private static final Logger LOG = LoggerFactory.getLogger(StartNameNode.class);
  private static final int PATIENCE_MILLISECONDS = 4_000;
  private static final int DONE = 204;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_ALLOWED = 405;

  private final Configuration configuration = new HdfsConfiguration();
  private volatile NameNode namenode;
  /** Where there are two: what has to be done before this one starts, and the other one. */
  private final Bootstrap bootstrap;
  private final NameNodePort other;

  private StartNameNode() {
    NameNodes.beThisPod(configuration);
    boolean areTwo = NameNodes.areTwo(configuration);
    other = areTwo ? new NameNodePort(NameNodes.host(configuration, NameNodes.idOfOther(configuration))) : null;
    bootstrap = areTwo ? new Bootstrap(configuration, other) : null;
  }

  public static void main(String[] arguments) {
    try {
      new StartNameNode().run(Integer.parseInt(arguments[0]));
    } catch (Throwable failure) {
      LOG.error("The namenode cannot run", failure);
      System.exit(1);
    }
  }

  private void run(int port) throws Exception {
    HttpServer server = Readiness.serve(port, this::isReady);
    Readiness.answer(server, "/alive", this::isAlive);
    Readiness.answer(server, "/empty", () -> namenode == null && isEmpty(configuration));
    Readiness.answer(server, "/active", () -> namenode != null && namenode.isActiveState());
    Readiness.answer(server, "/leave", this::leave);
    server.createContext("/datanodes", this::resize);
    NameNodes.awaitName(configuration);
    StartProgress.log(this::isReady);
    if (bootstrap != null) {
      bootstrap.run();
      forgetMetrics();
    } else {
      Bootstrap.refuseOneOfTwo();
    }
    namenode = start(configuration);
    namenode.join();
  }

  /** Starts it; formats its folder first if nothing was ever stored there. */
  static NameNode start(Configuration configuration) throws IOException {
    if (isEmpty(configuration)) {
      LOG.info("The volume is empty: formatting it");
      NameNode.format(configuration);
      forgetMetrics();
    }
    return NameNode.createNameNode(new String[0], configuration);
  }

  /** Formatting registers the metrics of a namenode; the one that is started would find their names taken. */
  private static void forgetMetrics() {
    DefaultMetricsSystem.shutdown();
    DefaultMetricsSystem.setInstance(new MetricsSystemImpl());
  }

  /** A datanode that has registered tells a moment later what room it has; before that, no block can be written. */
  private boolean isReady() {
    if (namenode == null) {
      // Else the other one, which has to start anew as one of two, would never be replaced.
      return bootstrap != null && bootstrap.waitsForSingle();
    }
    return !namenode.isInSafeMode()
        && namenode.getNamesystem().getCapacityTotal() > 0
        && (namenode.isActiveState() || other.isActive());
  }

  /** Hands over to the other one, if this one is active and the other one can be; true when this one is not active. */
  private boolean leave() {
    var handover = new Handover(configuration);
    if (other == null || namenode == null || !namenode.isActiveState() || !handover.isPossible()) {
      return true;
    }
    try {
      handover.run();
      LOG.info("The other namenode is active now");
    } catch (IOException failed) {
      LOG.error("This namenode could not hand over to the other one", failed);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return !namenode.isActiveState();
  }

  /** True while it starts, and as long as it takes requests then. */
  private boolean isAlive() {
    if (namenode == null) {
      return true;
    }
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), namenode.getNameNodeAddress().getPort());
    try (var socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLISECONDS);
      return true;
    } catch (IOException hangs) {
      LOG.error("No request can be made at {}", address, hangs);
      return false;
    }
  }

  private void resize(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(resized(exchange), Readiness.NO_BODY);
    }
  }

  private int resized(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("PUT")) {
      return NOT_ALLOWED;
    }
    if (namenode == null) {
      return Readiness.UNAVAILABLE;
    }
    String wanted = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (!wanted.matches("[1-9]\\d{0,8}")) {
      return BAD_REQUEST;
    }
    int size = Integer.parseInt(wanted);
    Members.store(configuration, size);
    namenode.getNamesystem().getBlockManager().getDatanodeManager().refreshNodes(configuration);
    LOG.info("There are to be {} datanodes; any beyond are decommissioned", size);
    return DONE;
  }

  /**
   * Whether nothing was ever stored: there is neither an image nor a log of changes. A format that was interrupted has none of
   * both, whatever else it left; where one of both is missing, data was lost and nothing must be overwritten.
   */
  static boolean isEmpty(Configuration configuration) {
    for (URI folder : FSNamesystem.getNamespaceDirs(configuration)) {
      Path current = Path.of(folder).resolve("current");
      if (Files.exists(current)) {
        try (Stream<Path> files = Files.list(current)) {
          if (files.map(file -> file.getFileName().toString()).anyMatch(StartNameNode::isNamespaceData)) {
            return false;
          }
        } catch (IOException unreadable) {
          throw new UncheckedIOException(unreadable);
        }
      }
    }
    return true;
  }

  private static boolean isNamespaceData(String name) {
    return name.matches("fsimage_\\d+") || name.startsWith("edits_");
  }
}
