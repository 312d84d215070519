package dev.sluice.testkit.aws;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes one answer of STS.
final class StsXml {

  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  StsXml(String root) {
    try {
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartElement(root);
      xml.writeDefaultNamespace(NAMESPACE);
    } catch (XMLStreamException e) {
      throw bug(e);
    }
  }

  StsXml open(String name) {
    try {
      xml.writeStartElement(name);
      return this;
    } catch (XMLStreamException e) {
      throw bug(e);
    }
  }

  StsXml element(String name, String value) {
    try {
      xml.writeStartElement(name);
      xml.writeCharacters(value);
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw bug(e);
    }
  }

  StsXml close() {
    try {
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw bug(e);
    }
  }

  String text() {
    try {
      xml.writeEndDocument();
      xml.flush();
      return text.toString();
    } catch (XMLStreamException e) {
      throw bug(e);
    }
  }

  private static IllegalStateException bug(XMLStreamException e) {
    return new IllegalStateException("BUG: text in memory can be written to", e);
  }
}
