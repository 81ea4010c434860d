package dev.bigdata.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * How many members an ensemble is to have, as a node of its own says, by which the members know who of them is to leave.
 *
 * @param members how many
 * @param statement grows whenever somebody decides so anew
 * @param version of the node
 */
record Size(int members, long statement, int version) {
  private static final String NODE = "/bigdata-ensemble-size";

  /** Empty if nobody has decided since the ensemble was founded, or something that it cannot be. */
  static Optional<Size> read(ZooKeeper client) throws Exception {
    Stat stat = new Stat();
    try {
      String[] words = new String(client.getData(NODE, false, stat), StandardCharsets.US_ASCII).split(" ");
      Size size = new Size(Integer.parseInt(words[0]), Long.parseLong(words[1]), stat.getVersion());
      return size.members < Pods.FOUNDERS || size.members > Pods.MOST ? Optional.empty() : Optional.of(size);
    } catch (KeeperException.NoNodeException | NumberFormatException | IndexOutOfBoundsException unknown) {
      return Optional.empty();
    }
  }

  /** Decides anew, unless it is decided so already. */
  static void decide(ZooKeeper client, int members) throws Exception {
    Optional<Size> now = read(client);
    if (now.isPresent() && now.get().members == members) {
      return;
    }
    byte[] data = new Size(members, now.map(Size::statement).orElse(0L) + 1, 0).data();
    try {
      client.setData(NODE, data, now.map(Size::version).orElse(-1));
    } catch (KeeperException.NoNodeException absent) {
      client.create(NODE, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
  }

  /** Makes room for a member that came after the decision: whoever made its pod has decided otherwise. */
  void raise(ZooKeeper client, int to) throws Exception {
    client.setData(NODE, new Size(to, statement, 0).data(), version);
  }

  private byte[] data() {
    return (members + " " + statement).getBytes(StandardCharsets.US_ASCII);
  }
}
