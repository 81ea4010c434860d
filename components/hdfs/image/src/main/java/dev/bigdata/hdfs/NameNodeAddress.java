package dev.bigdata.hdfs;

import java.net.InetSocketAddress;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DFSUtilClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the namenode is. */
final class NameNodeAddress {
  private static final Logger LOG = LoggerFactory.getLogger(NameNodeAddress.class);

  private NameNodeAddress() {}

  /** Its name appears shortly after its pod has started. */
  static InetSocketAddress await(Configuration configuration) throws InterruptedException {
    while (true) {
      InetSocketAddress address = DFSUtilClient.getNNAddress(configuration);
      if (!address.isUnresolved()) {
        return address;
      }
      LOG.info("Waiting until the name {} is known", address.getHostString());
      Thread.sleep(1_000);
    }
  }
}
