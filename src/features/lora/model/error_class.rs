//! Why a training failed, what usually helps, and whether trying again can.
use crate::codes;

codes! {
    /// The kind of a failure, as `lora_models.error_class` names it.
    pub enum ErrorClass {
        Oom = "oom" / "Out of memory",
        NanLoss = "nan_loss" / "Diverged",
        CaptionMissing = "caption_missing" / "Captions missing",
        DatasetEmpty = "dataset_empty" / "No images",
        DatasetTooSmall = "dataset_too_small" / "Too few images",
        ImageCorrupt = "image_corrupt" / "Broken image",
        ModerationDenied = "moderation_denied" / "Images not allowed",
        ConfigInvalid = "config_invalid" / "Parameters refused",
        BaseModelUnavailable = "base_model_unavailable" / "Base model missing",
        GatedLicense = "gated_license" / "Licence not accepted",
        GpuUnavailable = "gpu_unavailable" / "No machine free",
        RunnerDisconnected = "runner_disconnected" / "Machine lost",
        ProviderError = "provider_error" / "Service failed",
        Network = "network" / "Answer lost",
        Timeout = "timeout" / "Took too long",
        StorageUploadFailed = "storage_upload_failed" / "Upload failed",
        ArtifactMissing = "artifact_missing" / "File missing",
        ArtifactCorrupt = "artifact_corrupt" / "File unreadable",
        Quota = "quota" / "Account run dry",
        Credentials = "credentials" / "Credentials refused",
        Canceled = "canceled" / "Cancelled",
        Unknown = "unknown" / "Unknown",
    }
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// As it was.
    AsIs,
    /// With other parameters.
    Changed,
    /// Not before the user has put something right.
    User,
    /// Not before whoever runs the platform has.
    Operators,
}

/// Words that trainers use, in lower case, and what they mean; the first that fits decides.
const SIGNS: [(&str, ErrorClass); 43] = [
    ("out of memory", ErrorClass::Oom),
    ("outofmemory", ErrorClass::Oom),
    ("became nan", ErrorClass::NanLoss),
    ("loss is nan", ErrorClass::NanLoss),
    ("nan loss", ErrorClass::NanLoss),
    ("diverg", ErrorClass::NanLoss),
    ("dataset is empty", ErrorClass::DatasetEmpty),
    ("no images", ErrorClass::DatasetEmpty),
    ("usable images", ErrorClass::DatasetTooSmall),
    ("at least 5 are needed", ErrorClass::DatasetTooSmall),
    ("too few images", ErrorClass::DatasetTooSmall),
    ("captions are not", ErrorClass::CaptionMissing),
    ("no caption", ErrorClass::CaptionMissing),
    ("unidentifiedimage", ErrorClass::ImageCorrupt),
    ("cannot identify image", ErrorClass::ImageCorrupt),
    ("truncated image", ErrorClass::ImageCorrupt),
    ("image file is truncated", ErrorClass::ImageCorrupt),
    ("flagged", ErrorClass::ModerationDenied),
    ("moderation", ErrorClass::ModerationDenied),
    ("nsfw", ErrorClass::ModerationDenied),
    ("licence", ErrorClass::GatedLicense),
    ("license", ErrorClass::GatedLicense),
    ("gated repo", ErrorClass::GatedLicense),
    ("is restricted", ErrorClass::GatedLicense),
    ("repository not found", ErrorClass::BaseModelUnavailable),
    ("base model", ErrorClass::BaseModelUnavailable),
    ("became free", ErrorClass::GpuUnavailable),
    ("no gpu", ErrorClass::GpuUnavailable),
    ("capacity", ErrorClass::GpuUnavailable),
    ("heartbeat", ErrorClass::RunnerDisconnected),
    ("disconnected", ErrorClass::RunnerDisconnected),
    ("worker died", ErrorClass::RunnerDisconnected),
    ("upload", ErrorClass::StorageUploadFailed),
    ("slowdown", ErrorClass::StorageUploadFailed),
    ("longer than", ErrorClass::Timeout),
    ("timed out", ErrorClass::Timeout),
    ("timeout", ErrorClass::Timeout),
    ("insufficient credit", ErrorClass::Quota),
    ("payment required", ErrorClass::Quota),
    ("quota", ErrorClass::Quota),
    ("must be less than", ErrorClass::ConfigInvalid),
    ("invalid input", ErrorClass::ConfigInvalid),
    ("connection", ErrorClass::Network),
];

/// What usually helps.
const HELP: [(ErrorClass, &str); 22] = [
    (
        ErrorClass::Oom,
        "The machine's memory was too small for these parameters. Retry with a lower rank, or without the largest resolution; an 8-bit optimizer (adamw8bit) takes half the memory.",
    ),
    (ErrorClass::NanLoss, "The training ran away from its goal. Retry with a learning rate of a half to a quarter; 1e-4 rarely diverges."),
    (
        ErrorClass::CaptionMissing,
        "Some images have no caption, or one that cannot be read. The user adds captions, or removes those images, on the model's page.",
    ),
    (ErrorClass::DatasetEmpty, "There is nothing to learn from. The user uploads images again."),
    (ErrorClass::DatasetTooSmall, "Too few images are usable. The user adds some: ten to twenty of one subject work best."),
    (ErrorClass::ImageCorrupt, "One of the images cannot be opened. The log names it; the user removes it or uploads it again."),
    (
        ErrorClass::ModerationDenied,
        "The content check objects to an image. It is flagged below; the user removes it. Do not retry over it without a reason that stands on the record.",
    ),
    (ErrorClass::ConfigInvalid, "The trainer does not take these parameters. The message names which; retry with others."),
    (
        ErrorClass::BaseModelUnavailable,
        "The base model could not be fetched. Operations looks after the trainer's access to it; then retry as it is.",
    ),
    (
        ErrorClass::GatedLicense,
        "Nobody has accepted the base model's licence for the trainer's account. Operations does that at the model's host; then retry as it is.",
    ),
    (ErrorClass::GpuUnavailable, "All machines were taken. Retry as it is, best at another time of day."),
    (ErrorClass::RunnerDisconnected, "The machine vanished. It was none of the user's doing: retry as it is."),
    (
        ErrorClass::ProviderError,
        "The training service failed by itself. Retry as it is; when it happens again, look at the service's status page.",
    ),
    (ErrorClass::Network, "The training service's answer was lost, and it knows of no such training. Retry as it is."),
    (
        ErrorClass::Timeout,
        "It was stopped at the longest time that a training may take. Retry with fewer steps, or as it is when the machine was slow.",
    ),
    (
        ErrorClass::StorageUploadFailed,
        "The training itself went well, and its file did not arrive. Retry as it is once the object store answers.",
    ),
    (
        ErrorClass::ArtifactMissing,
        "The service says that it succeeded, and there is no file. Retry as it is; if it happens again, the trainer's version is to blame.",
    ),
    (
        ErrorClass::ArtifactCorrupt,
        "There is a file, and it is not one of weights. Retry as it is; if it happens again, the trainer's version is to blame.",
    ),
    (ErrorClass::Quota, "Our account at the training service has run dry. Operations tops it up; then retry as it is."),
    (
        ErrorClass::Credentials,
        "The training service refuses our credentials. Operations puts them right (BACKLOT_REPLICATE_TOKEN); then retry as it is.",
    ),
    (ErrorClass::Canceled, "Somebody stopped it. Retry when the user wants it after all."),
    (ErrorClass::Unknown, "Nobody has seen this before. Read the end of the log; retry once as it is, then ask operations."),
];

impl ErrorClass {
    /// What kind of failure a trainer's words tell of.
    pub fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        SIGNS.iter().find(|(sign, _)| text.contains(sign)).map_or(Self::Unknown, |(_, class)| *class)
    }

    /// Whether trying again can help.
    pub fn retry(self) -> Retry {
        match self {
            Self::Oom | Self::NanLoss => Retry::Changed,
            Self::CaptionMissing | Self::DatasetEmpty | Self::DatasetTooSmall | Self::ImageCorrupt | Self::ModerationDenied => Retry::User,
            Self::ConfigInvalid => Retry::Changed,
            Self::BaseModelUnavailable | Self::GatedLicense | Self::Quota | Self::Credentials => Retry::Operators,
            Self::GpuUnavailable | Self::RunnerDisconnected | Self::ProviderError | Self::Network | Self::Timeout => Retry::AsIs,
            Self::StorageUploadFailed | Self::ArtifactMissing | Self::ArtifactCorrupt | Self::Canceled | Self::Unknown => Retry::AsIs,
        }
    }

    /// What usually helps.
    pub fn help(self) -> &'static str {
        HELP.iter().find(|(class, _)| *class == self).map_or("", |(_, help)| *help)
    }

    /// Why it should not be retried yet; nothing when it can.
    pub fn objection(self) -> Option<&'static str> {
        match self.retry() {
            Retry::User => Some("The user must put something right first: another attempt would fail in the same way."),
            Retry::Operators => Some("Operations must put something right first: another attempt would fail in the same way."),
            Retry::AsIs | Retry::Changed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trainers_words_are_understood() {
        for (text, class) in [
            ("CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 23.69 GiB total capacity; …)", ErrorClass::Oom),
            ("Loss is diverging: 0.094 -> 18.31 within 25 steps", ErrorClass::NanLoss),
            ("7 of 18 images have no caption and the trigger word is not in the other 11.", ErrorClass::CaptionMissing),
            ("Dataset has 3 usable images after cropping; at least 5 are needed.", ErrorClass::DatasetTooSmall),
            ("PIL.UnidentifiedImageError: cannot identify image file '0007.jpg'", ErrorClass::ImageCorrupt),
            ("2 images were flagged: possible minor.", ErrorClass::ModerationDenied),
            ("access to model black-forest-labs/FLUX.1-dev is restricted", ErrorClass::GatedLicense),
            ("No machine with 24 GB became free within 45 minutes", ErrorClass::GpuUnavailable),
            ("Runner gpu-eu-3 sent no heartbeat for 300 s", ErrorClass::RunnerDisconnected),
            ("Training took longer than 3 h 00 min", ErrorClass::Timeout),
            ("Upload of adapter_model.safetensors failed after 5 tries: 503 SlowDown.", ErrorClass::StorageUploadFailed),
            ("segmentation fault", ErrorClass::Unknown),
        ] {
            assert_eq!(ErrorClass::of(text), class, "{text}");
        }
    }

    #[test]
    fn every_kind_says_what_helps() {
        for class in ErrorClass::ALL {
            assert!(class.help().len() > 40 && class.help().ends_with('.'), "{class}");
            assert_eq!(class.objection().is_some(), matches!(class.retry(), Retry::User | Retry::Operators), "{class}");
        }
    }
}
