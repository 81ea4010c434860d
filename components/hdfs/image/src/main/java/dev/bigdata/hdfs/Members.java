package dev.bigdata.hdfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.protocol.DatanodeID;
import org.apache.hadoop.hdfs.server.blockmanagement.HostConfigManager;

/**
 * Which datanodes the namenode decommissions: those whose number is not below the number of datanodes that there are to be.
 *
 * <p>Hadoop's own lists name addresses, and a pod that is replaced has another one. The number is kept in the file {@code
 * dfs.hosts.exclude} beside the namenode's data, so that it still knows it when it starts again; without the file all are members.
 */
public final class Members extends HostConfigManager {
  private static final String FILE = "dfs.hosts.exclude";

  private Configuration configuration;
  private volatile int size = Integer.MAX_VALUE;

  /** Writes how many there are to be; a namenode that runs has to be told to read it. */
  static void store(Configuration configuration, int size) throws IOException {
    Path file = Path.of(configuration.get(FILE));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, Integer.toString(size));
    try (FileChannel written = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The number of a datanode, by the name that it gives itself, e.g. 2 for {@code hdfs-datanode-2.hdfs-datanode.data.svc}. */
  static int number(DatanodeID datanode) {
    String pod = datanode.getHostName().replaceFirst("\\..*", "");
    String digits = pod.substring(pod.lastIndexOf('-') + 1);
    return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : 0;
  }

  /** @throws UncheckedIOException where the file cannot be read: a namenode that took all for members would give them new blocks */
  @Override
  public void setConf(Configuration configuration) {
    this.configuration = configuration;
    try {
      refresh();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public Configuration getConf() {
    return configuration;
  }

  @Override
  public void refresh() throws IOException {
    try {
      size = Integer.parseInt(Files.readString(Path.of(configuration.get(FILE))));
    } catch (NoSuchFileException none) {
      size = Integer.MAX_VALUE;
    }
  }

  @Override
  public boolean isExcluded(DatanodeID datanode) {
    return number(datanode) >= size;
  }

  @Override
  public boolean isIncluded(DatanodeID datanode) {
    return true;
  }

  /** Those that the namenode has never heard of are in no report. */
  @Override
  public Iterable<InetSocketAddress> getExcludes() {
    return List.of();
  }

  @Override
  public Iterable<InetSocketAddress> getIncludes() {
    return List.of();
  }

  @Override
  public String getUpgradeDomain(DatanodeID datanode) {
    return null;
  }

  @Override
  public long getMaintenanceExpirationTimeInMS(DatanodeID datanode) {
    return 0;
  }
}
