"""The view as MQTT Sparkplug B: what an edge node says and when (`edge`), and its link to a broker (`publisher`)."""
