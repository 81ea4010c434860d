package dev.bigdata.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DFSUtil;
import org.apache.hadoop.hdfs.HAUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namenodes of a configuration: one, or two of which one is active and the other stands by. */
final class NameNodes {
  private static final Logger LOG = LoggerFactory.getLogger(NameNodes.class);
  private static final String NAMESERVICES = "dfs.nameservices";

  private NameNodes() {}

  static boolean areTwo(Configuration configuration) {
    return HAUtil.isHAEnabled(configuration, nameservice(configuration));
  }

  /** What clients call the two; null where there is one. */
  static String nameservice(Configuration configuration) {
    return configuration.get(NAMESERVICES);
  }

  /** Makes it the configuration of the namenode of this pod, whose name is that of the pod. */
  static void beThisPod(Configuration configuration) {
    if (areTwo(configuration)) {
      configuration.set("dfs.ha.namenode.id", System.getenv("POD_NAME"));
    }
  }

  /** Where they take requests. A name that is not known yet is looked up anew with each call. */
  static Collection<InetSocketAddress> addresses(Configuration configuration) throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (Map<String, InetSocketAddress> each : DFSUtil.getNNServiceRpcAddressesForCluster(configuration).values()) {
      addresses.addAll(each.values());
    }
    return addresses;
  }

  /** The other one of two, as the namenode of this pod sees it. */
  static String idOfOther(Configuration configuration) {
    return HAUtil.getNameNodeIdOfOtherNodes(configuration, nameservice(configuration)).get(0);
  }

  /** Of two. */
  static List<String> hosts(Configuration configuration) {
    return Arrays.stream(configuration.getTrimmedStrings("dfs.ha.namenodes." + nameservice(configuration)))
        .map(id -> host(configuration, id))
        .toList();
  }

  static String host(Configuration configuration, String id) {
    String address = configuration.get("dfs.namenode.rpc-address.%s.%s".formatted(nameservice(configuration), id));
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** Waits until its own name is known, or that of the only one, which it is shortly after the pod was made. */
  static void awaitName(Configuration configuration) throws IOException, InterruptedException {
    String own = configuration.get("dfs.ha.namenode.id");
    while (own == null ? addresses(configuration).iterator().next().isUnresolved() : !isKnown(host(configuration, own))) {
      LOG.info("Waiting until the name of the namenode is known");
      Thread.sleep(1_000);
    }
  }

  private static boolean isKnown(String host) {
    return !new InetSocketAddress(host, 0).isUnresolved();
  }
}
