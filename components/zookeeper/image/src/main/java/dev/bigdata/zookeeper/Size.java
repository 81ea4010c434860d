package dev.bigdata.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** How many members an ensemble is to have: a node of its own, of which the members know who of them is to leave. */
final class Size {
  private static final String NODE = "/bigdata-ensemble-size";

  private Size() {}

  /** Empty if nobody has said so since the ensemble was founded, or if it is none that it can have. */
  static OptionalInt read(ZooKeeper client) throws Exception {
    try {
      int size = Integer.parseInt(new String(client.getData(NODE, false, null), StandardCharsets.US_ASCII));
      return size < Pods.FOUNDERS || size > Pods.MOST ? OptionalInt.empty() : OptionalInt.of(size);
    } catch (KeeperException.NoNodeException | NumberFormatException unknown) {
      return OptionalInt.empty();
    }
  }

  static void write(ZooKeeper client, int size) throws Exception {
    byte[] data = Integer.toString(size).getBytes(StandardCharsets.US_ASCII);
    try {
      client.setData(NODE, data, -1);
    } catch (KeeperException.NoNodeException absent) {
      client.create(NODE, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
  }
}
