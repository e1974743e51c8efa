define dso_local i64 @mix_s16(ptr nocapture noundef %0, ptr nocapture noundef readonly %1, i64 noundef %2, i16 noundef signext %3) local_unnamed_addr nofree norecurse nosync nounwind memory(readwrite, inaccessiblemem: none) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %5 = icmp eq i64 %2, 0
  br i1 %5, label %8, label %6

6:                                                ; preds = %4
  %7 = sext i16 %3 to i32
  br label %12

8:                                                ; preds = %34, %4
  %9 = phi i64 [ 0, %4 ], [ %35, %34 ]
  %10 = load i64, ptr @frames_mixed, align 8
  %11 = add i64 %10, %2
  store i64 %11, ptr @frames_mixed, align 8
  ret i64 %9

12:                                               ; preds = %6, %34
  %13 = phi i64 [ 0, %6 ], [ %37, %34 ]
  %14 = phi i64 [ 0, %6 ], [ %35, %34 ]
  %15 = getelementptr inbounds i16, ptr %1, i64 %13
  %16 = load i16, ptr %15, align 2
  %17 = sext i16 %16 to i32
  %18 = mul nsw i32 %17, %7
  %19 = add nsw i32 %18, 2048
  %20 = ashr i32 %19, 12
  %21 = getelementptr inbounds i16, ptr %0, i64 %13
  %22 = load i16, ptr %21, align 2
  %23 = sext i16 %22 to i32
  %24 = add nsw i32 %23, %20
  %25 = icmp sge i32 %24, 32768
  br i1 %25, label %26, label %28

26:                                               ; preds = %12
  %27 = add i64 %14, 1
  br label %34

28:                                               ; preds = %12
  %29 = icmp sle i32 %24, -32769
  br i1 %29, label %30, label %32

30:                                               ; preds = %28
  %31 = add i64 %14, 1
  br label %34

32:                                               ; preds = %28
  %33 = trunc nsw i32 %24 to i16
  br label %34

34:                                               ; preds = %26, %30, %32
  %35 = phi i64 [ %27, %26 ], [ %31, %30 ], [ %14, %32 ]
  %36 = phi i16 [ 32767, %26 ], [ -32768, %30 ], [ %33, %32 ]
  store i16 %36, ptr %21, align 2
  %37 = add nuw i64 %13, 1
  %38 = icmp eq i64 %37, %2
  br i1 %38, label %8, label %12
}
; verdict: passed
