"""What tests share: stores, servers and builders."""
