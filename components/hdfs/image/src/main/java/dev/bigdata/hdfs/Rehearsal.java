package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;

/**
 * Runs a whole HDFS in this JVM, with the check.
 *
 * <p>While the image is built, the JVM archives the classes that this takes: see {@code -XX:ArchiveClassesAtExit} in the Dockerfile.
 * An image whose parts do not fit together is not built.
 *
 * <p>Argument: an empty folder.
 */
public final class Rehearsal {
  private static final int DATANODES = 3;
  private static final int PAUSE_MILLISECONDS = 50;

  private Rehearsal() {}

  public static void main(String[] arguments) {
    try {
      run(Path.of(arguments[0]));
      System.exit(0);
    } catch (Exception failure) {
      failure.printStackTrace();
      System.exit(1);
    }
  }

  private static void run(Path folder) throws Exception {
    writeLoggingSettings(folder);
    DefaultMetricsSystem.setMiniClusterMode(true);
    Configuration settings = settings(folder);
    NameNode namenode = StartNameNode.start(settings);
    List<DataNode> datanodes = new ArrayList<>();
    for (int number = 0; number < DATANODES; number++) {
      var own = new HdfsConfiguration(settings);
      own.set("dfs.datanode.data.dir", folder.resolve("blocks-" + number).toString());
      datanodes.add(StartDataNode.start(own));
    }
    Readiness.serve(0, () -> true);
    while (!datanodes.stream().allMatch(datanode -> datanode.isDatanodeFullyStarted(true))) {
      Thread.sleep(PAUSE_MILLISECONDS);
    }
    new ReplicationCheck(settings, DATANODES).run();
    FileSystem.closeAll();
    datanodes.forEach(DataNode::shutdown);
    namenode.stop();
  }

  private static Configuration settings(Path folder) throws IOException {
    Configuration settings = new HdfsConfiguration();
    settings.set("fs.defaultFS", "hdfs://localhost:" + freePort());
    settings.set("dfs.namenode.name.dir", folder.resolve("names").toString());
    settings.set("dfs.namenode.http-address", "localhost:" + freePort());
    settings.set("dfs.namenode.hosts.provider.classname", Members.class.getName());
    settings.set("dfs.hosts.exclude", folder.resolve("datanodes").toString());
    settings.set("dfs.datanode.address", "localhost:0");
    settings.set("dfs.datanode.http.address", "localhost:0");
    settings.set("dfs.datanode.ipc.address", "localhost:0");
    settings.set("dfs.datanode.hostname", "localhost");
    return settings;
  }

  private static void writeLoggingSettings(Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("log4j.properties"),
            """
            log4j.rootLogger=ERROR, console
            log4j.appender.console=org.apache.log4j.ConsoleAppender
            log4j.appender.console.layout=org.apache.log4j.PatternLayout
            log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p %c{1} - %m%n
            """);
    System.setProperty("log4j.configuration", file.toUri().toString());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
