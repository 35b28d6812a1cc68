//! How is an answer of the API read without holding all of it? Entry by entry, as the parser meets them.

use super::super::error::ForeignError;
use super::super::input::Input;
use super::super::sheet::plain;
use super::field::{Cells, Field};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, error::Category};
use std::fmt;

/// What is done with an entry, whose number comes first.
type Take<'a> = &'a mut dyn FnMut(u64, &Cells<'_>);

/// What stands around the entries.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Entries.
    pub(super) entries: u64,
    /// How many the publisher says there are.
    pub(super) count: Option<u64>,
    /// What the publisher complains of.
    message: String,
}

/// Reads an answer, or a bare list of its entries.
pub(super) fn read(input: Input, take: Take<'_>) -> Result<Around, ForeignError> {
    let path = input.path.clone();
    let mut around = Around::default();
    let reader = std::io::BufReader::new(input.text());
    let mut parser = serde_json::Deserializer::from_reader(reader);
    let read = Answer { around: &mut around, take }.deserialize(&mut parser);
    let read = read.and_then(|()| parser.end());
    if let Err(error) = read {
        let (line, column) = (error.line(), error.column());
        return Err(match error.classify() {
            Category::Io => ForeignError::Read { path, source: error.into() },
            Category::Eof => {
                let what = format!("it ends in the middle, after {} whole entries", around.entries);
                ForeignError::Cut { path, line: line as u64, what }
            }
            _ if error.to_string().contains("invalid unicode code point") => {
                ForeignError::NotUtf8 { path, line: line as u64 }
            }
            _ => ForeignError::Json { path, line, column, what: said(&error) },
        });
    }
    if around.entries > 0 {
        Ok(around)
    } else if around.message.is_empty() {
        Err(ForeignError::NoRows { path })
    } else {
        Err(ForeignError::Refused { path, message: around.message })
    }
}

/// What the parser says, without the place, which is told already.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

/// The whole answer.
struct Answer<'a, 'b> {
    around: &'a mut Around,
    take: Take<'b>,
}

impl<'de> DeserializeSeed<'de> for Answer<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Answer<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the list 'data', or that list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => {
                    found = true;
                    map.next_value_seed(Entries { around: self.around, take: self.take })?;
                }
                "count" => self.around.count = map.next_value::<Value>()?.as_u64(),
                "error" | "message" => {
                    let said = map.next_value::<Value>()?;
                    let text = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
                    if !text.is_empty() && !said.is_null() {
                        self.around.message = super::super::fault::quoted(&text);
                    }
                }
                _ => {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        if found || !self.around.message.is_empty() {
            return Ok(());
        }
        Err(A::Error::custom("the answer has no 'data'"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Entries { around: self.around, take: self.take }.visit_seq(list)
    }
}

/// The list of entries.
struct Entries<'a, 'b> {
    around: &'a mut Around,
    take: Take<'b>,
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<Map<String, Value>>()? {
            self.around.entries += 1;
            let mut texts: [String; Field::COUNT] = std::array::from_fn(|_| String::new());
            for (key, value) in entry {
                let Some(text) = Field::place(&plain(&key)).and_then(|p| texts.get_mut(p)) else {
                    continue;
                };
                *text = match value {
                    Value::Null => continue,
                    Value::String(text) => text.trim().to_owned(),
                    Value::Bool(_) | Value::Number(_) => value.to_string(),
                    Value::Array(_) | Value::Object(_) => {
                        return Err(A::Error::custom(format!("'{key}' is no number and no text")));
                    }
                };
            }
            let cells = Cells(std::array::from_fn(|place| texts.get(place).map_or("", |t| t)));
            (self.take)(self.around.entries, &cells);
        }
        Ok(())
    }
}
