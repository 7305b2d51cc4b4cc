// KxNode.java
// A node of OpenSearch that speaks HTTP, from the artifacts of its libraries: the distribution's own starting program needs
// parts that are published nowhere.
// usage: java -cp ... KxNode HOME; settings: HOME/config/opensearch.yml. Ends on SIGTERM.
//
// SPDX-License-Identifier: GPL-2.0-or-later

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

public final class KxNode extends Node {
    private KxNode(Environment environment) {
        super(environment, List.of(Netty4Plugin.class), true);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (Exception failure) {
            failure.printStackTrace();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings settings = Settings.builder().put("path.home", home).build();
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "kx");
        LogConfigurator.setNodeName(home.getFileName().toString());
        LogConfigurator.configure(environment);
        KxNode node = new KxNode(environment);
        node.start();
        Runtime.getRuntime().addShutdownHook(new Thread(node::closeQuietly));
        Thread.currentThread().join();
    }
}
